package dev.hangup.server.http3;

import dev.hangup.server.AccessEntry;
import dev.hangup.server.Handler;
import dev.hangup.server.Server;
import dev.hangup.server.ServerOptions;
import dev.hangup.server.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/// A server on free loopback ports that speaks HTTP/3, and whose access log is kept.
record Harness(Server server, Http3 http3, BlockingQueue<AccessEntry> entries)
    implements AutoCloseable {

  static Harness start(Handler handler) throws IOException {
    return start(handler, UnaryOperator.identity());
  }

  static Harness start(Handler handler, UnaryOperator<ServerOptions> options) throws IOException {
    Tls tls = Tls.selfSigned(Path.of("target", "tls"));
    Http3 http3 = Http3.onPort(0);
    BlockingQueue<AccessEntry> entries = new LinkedBlockingQueue<>();
    Server server =
        Server.start(
            handler,
            o ->
                options.apply(
                    o.withPort(0).withTls(0, tls).withEngine(http3).withAccessLog(entries::add)));
    return new Harness(server, http3, entries);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), http3.port());
  }

  Http3Client connect() throws IOException {
    return Http3Client.connect(address());
  }

  /// Waits for the next request to end.
  AccessEntry nextEntry() throws InterruptedException {
    return Objects.requireNonNull(entries.poll(30, TimeUnit.SECONDS), "no request ended");
  }

  /// Waits for a condition that nothing signals.
  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("waited in vain until " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
