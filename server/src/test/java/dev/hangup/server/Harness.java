package dev.hangup.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/// A server on a free loopback port whose access log is kept. Its handlers have long to return, so
/// that a slow machine makes no stragglers of those that do nothing wrong.
final class Harness implements AutoCloseable {
  final Server server;
  private final BlockingQueue<AccessEntry> entries;

  private Harness(Server server, BlockingQueue<AccessEntry> entries) {
    this.server = server;
    this.entries = entries;
  }

  static Harness start(Handler handler) throws IOException {
    return start(handler, UnaryOperator.identity());
  }

  static Harness start(Handler handler, UnaryOperator<ServerOptions> options) throws IOException {
    BlockingQueue<AccessEntry> entries = new LinkedBlockingQueue<>();
    Server server =
        Server.start(
            handler,
            o ->
                options.apply(
                    o.withPort(0).withAccessLog(entries::add).withGrace(Duration.ofSeconds(10))));
    return new Harness(server, entries);
  }

  RawClient connect() throws IOException {
    return RawClient.connect(server.address());
  }

  /// Sends one request on a connection of its own, and reads until the server closes.
  String exchange(String request) throws IOException {
    try (RawClient client = connect()) {
      return client.send(request).readAll();
    }
  }

  /// A request's answer, on a connection of its own.
  String answer(String method, String target) throws IOException {
    return exchange(method + " " + target + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
  }

  /// Waits for the next request to end.
  AccessEntry nextEntry() throws InterruptedException {
    return Objects.requireNonNull(entries.poll(30, TimeUnit.SECONDS), "no request ended");
  }

  int entriesWaiting() {
    return entries.size();
  }

  /// Waits for a condition that nothing signals.
  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("waited in vain until " + what);
      }
      pause(2);
    }
  }

  /// Waits until all that connected before has been heard, has left, and nothing runs: connections
  /// are accepted in their order.
  void awaitAllGone() throws IOException {
    answer("BREW", "/"); // runs no handler
    await(
        "all are gone",
        () -> server.connections() == 0 && server.context().inFlight().running() == 0);
  }

  /// Waits until nothing of any request or answer is held for its handler or its client.
  static void awaitNothingHeld(ServerContext context) {
    await(
        "nothing is held",
        () -> context.readAhead().held() == 0 && context.writeAhead().held() == 0);
  }

  /// Lets time pass where time itself is what a test is about.
  static void pause(long millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /// Lets a moment pass that is too short for a timer.
  static void spin(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
  }

  static String post(String target, String body) {
    return "POST "
        + target
        + " HTTP/1.1\r\nHost: test\r\nContent-Length: "
        + body.getBytes(UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n";
  }

  @Override
  public void close() {
    server.close();
  }
}
