package dev.hangup.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.hangup.Registration;
import dev.hangup.watch.SocketWatch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Measures what it costs to watch a connection, and what many that are watched at once take.
/// Clients, server and watch share this process, and its clock.
final class WatchBench implements AutoCloseable {
  private static final int WARM_UPS = 3;
  private static final int LEAVING = 200;

  private final WatchOptions options;
  private final SocketWatch watch = SocketWatch.open(o -> o.withPatience(Duration.ZERO));
  private final ServerSocket server = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
  private final AtomicInteger wrong = new AtomicInteger();
  private int missed;

  WatchBench(WatchOptions options) throws IOException {
    this.options = options;
  }

  /// How many were missed, or told wrongly.
  int failures() {
    return missed + wrong.get();
  }

  /// Returns the tables, in Markdown.
  String run() throws IOException, InterruptedException {
    return preamble()
        + "\n| watch and unwatch | p50 / p99, µs |\n| --- | ---: |\n"
        + costs()
        + crowd();
  }

  private String preamble() {
    return """
    - **when**: %s, by `%s`
    - **where**: %s; load average before: %.1f
    - **how**: seen by %s; connections of 127.0.0.1 with both ends in this process
    """
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            options.command(),
            Machine.where(),
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
            watch);
  }

  private String costs() throws IOException {
    long[] kept = new long[options.rounds()];
    long[] patient = new long[options.rounds()];
    long[] fresh = new long[options.rounds() / 10];
    try (WatchPair pair = WatchPair.connect(server);
        SocketWatch patience = SocketWatch.open(o -> o)) {
      for (int round = 0; round <= WARM_UPS; round++) {
        for (int i = 0; i < kept.length; i++) {
          kept[i] = cost(watch, pair);
          patient[i] = cost(patience, pair);
        }
      }
    }
    for (int round = 0; round <= WARM_UPS; round++) {
      for (int i = 0; i < fresh.length; i++) {
        try (WatchPair pair = WatchPair.connect(server)) {
          fresh[i] = cost(watch, pair);
        }
      }
    }
    return row("at once, of a connection that was seen before", kept)
        + row("at once, of a new connection", fresh)
        + row("with a patience of 10 ms; the request ends before", patient);
  }

  private long cost(SocketWatch watch, WatchPair pair) {
    long begin = System.nanoTime();
    watch.onHangUp(pair.local(), pair.remote(), _ -> wrong.incrementAndGet()).close();
    return System.nanoTime() - begin;
  }

  private static String row(String what, long[] nanos) {
    Arrays.sort(nanos);
    return String.format(
        Locale.ROOT,
        "| %s | %.1f / %.1f |%n",
        what,
        Latencies.percentile(nanos, 50) / 1_000.0,
        Latencies.percentile(nanos, 99) / 1_000.0);
  }

  private String crowd() throws IOException, InterruptedException {
    List<WatchPair> pairs = new ArrayList<>();
    for (int i = 0; i < options.connections(); i++) {
      pairs.add(WatchPair.connect(server));
    }
    double without = idle();
    List<Registration> requests = new ArrayList<>();
    BlockingQueue<Long> told = new LinkedBlockingQueue<>();
    long begin = System.nanoTime();
    for (WatchPair pair : pairs) {
      requests.add(watch.onHangUp(pair.local(), pair.remote(), _ -> told.add(System.nanoTime())));
    }
    double took = (System.nanoTime() - begin) / 1e6;
    double with = idle();
    Latencies latencies = leave(pairs, told);
    missed += latencies.missed();
    requests.forEach(Registration::close);
    for (WatchPair pair : pairs) {
      pair.close();
    }
    return String.format(
        Locale.ROOT,
        "%n%,d connections watched at once: to begin took %.0f ms; idle, %.1f ms of CPU a second (before, %.1f);"
            + " one of them leaves: told %s, p50 / p99 / longest %s µs%n",
        pairs.size(),
        took,
        with,
        without,
        latencies.toldOfTrials(),
        latencies.summary(trial -> trial.told() - trial.left()));
  }

  private static Latencies leave(List<WatchPair> pairs, BlockingQueue<Long> told)
      throws IOException, InterruptedException {
    Latencies latencies = new Latencies();
    for (WatchPair pair : pairs.subList(0, Math.min(LEAVING, pairs.size()))) {
      LockSupport.parkNanos(2_000_000);
      long left = System.nanoTime();
      pair.client().close();
      Long heard = told.poll(5, TimeUnit.SECONDS);
      latencies.add(heard == null ? null : new Latencies.Trial(left, heard, heard, heard));
    }
    return latencies;
  }

  /// Milliseconds of CPU time that this process takes in a second when nothing happens.
  private double idle() {
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1)); // until what was before has settled
    long before = cpu();
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(options.seconds()));
    return (cpu() - before) / 1e6 / options.seconds();
  }

  private static long cpu() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  @Override
  public void close() throws IOException {
    watch.close();
    server.close();
  }
}
