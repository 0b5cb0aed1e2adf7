package dev.hangup.bench;

import dev.hangup.testkit.Protocol;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/// Many requests in flight at one server, of which one hangs up each millisecond, and another takes
/// its place.
final class ObserveCrowd {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PACE = 1_000_000; // nanoseconds
  private static final int GROUP = 64; // fits into the queue of connections
  private static final byte[] ASK =
      ("GET " + Waiting.PATH + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII);

  private final ServerProcess server;
  private final InetSocketAddress address;
  private final ObserveSubject subject;
  private final ObserveOptions options;
  private final Deque<SocketChannel> waiting = new ArrayDeque<>();
  private final ByteBuffer answer = ByteBuffer.allocate(1_000);
  private int refused;
  private volatile boolean over;

  ObserveCrowd(ServerProcess server, ObserveSubject subject, ObserveOptions options) {
    this.server = server;
    this.address = server.address(Protocol.HTTP1);
    this.subject = subject;
    this.options = options;
  }

  /// Returns a row of the table.
  String row() throws IOException, InterruptedException {
    List<Long> bystander = new ArrayList<>();
    try (ObservedPage page =
        subject == ObserveSubject.ALL ? ObservedPage.open(address) : ObservedPage.none()) {
      fill();
      hangUp(Math.min(2_000, options.hangUps())); // to warm up
      long before = heap();
      page.forget();
      Thread asking = Thread.ofPlatform().start(() -> ask(bystander));
      double rate = hangUp(options.hangUps());
      over = true;
      asking.join();
      String seen = page.summary();
      long after = heap();
      return String.format(
          Locale.ROOT,
          "| %s | %s | %s | %,.0f | %,d | %.1f, %.1f |%n",
          subject.title,
          millis(bystander),
          seen,
          rate,
          refused,
          before / 1048576.0,
          after / 1048576.0);
    } finally {
      for (SocketChannel client : waiting) {
        client.close();
      }
    }
  }

  private void fill() throws IOException, InterruptedException {
    while (waiting.size() < options.requests()) {
      int group = Math.min(GROUP, options.requests() - waiting.size());
      for (int i = 0; i < group; i++) {
        waiting.add(connect());
      }
      awaitArrived();
    }
  }

  private SocketChannel connect() throws IOException {
    SocketChannel client = SocketChannel.open(address);
    client.setOption(StandardSocketOptions.SO_LINGER, 0); // it leaves by a reset
    client.write(ByteBuffer.wrap(ASK));
    return client;
  }

  private void awaitArrived() throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    int count = count();
    while (count != waiting.size()) {
      if (System.nanoTime() > end) {
        throw new IOException(
            subject.title + ": " + count + " wait (expected: " + waiting.size() + ")");
      }
      Thread.sleep(1);
      count = count();
    }
  }

  private int count() throws IOException, InterruptedException {
    String state = server.ask("waiting", PATIENCE);
    return Integer.parseInt(state.substring(0, state.indexOf(' ')));
  }

  private long heap() throws IOException, InterruptedException {
    awaitArrived();
    return Long.parseLong(server.ask("heap", PATIENCE));
  }

  /// Returns how many there were a second.
  private double hangUp(int count) throws IOException {
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      LockSupport.parkNanos(begin + i * PACE - System.nanoTime());
      leave(waiting.removeFirst());
      waiting.addLast(connect());
    }
    return count * 1e9 / (System.nanoTime() - begin);
  }

  private void leave(SocketChannel client) throws IOException {
    client.configureBlocking(false);
    if (client.read(answer.clear()) != 0) {
      refused++;
    }
    client.close();
  }

  private void ask(List<Long> took) {
    try (RawClient client = RawClient.connect(address)) {
      while (!over) {
        long begin = System.nanoTime();
        client.request("GET", "/").readResponse();
        took.add(System.nanoTime() - begin);
        LockSupport.parkNanos(10 * PACE);
      }
    } catch (IOException e) {
      System.err.println("hangup-bench: the bystander: " + e);
    }
  }

  /// The median, the 99th percentile and the greatest.
  static String millis(List<Long> nanos) {
    if (nanos.isEmpty()) {
      return "–";
    }
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "%.1f / %.1f / %.1f",
        Latencies.percentile(sorted, 50) / 1e6,
        Latencies.percentile(sorted, 99) / 1e6,
        Latencies.percentile(sorted, 100) / 1e6);
  }
}
