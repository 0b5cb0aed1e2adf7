package dev.hangup.bench;

import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// How soon a servlet that only waits is told that its client has left, and whether one without the
/// filter is told at all.
final class ServletDetection {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// More than the filter's own patience, which would be measured otherwise.
  private static final long WAIT_NANOS = 20_000_000;

  /// Of the first departure, a tenth of it of the others: until the compilers have done most.
  private static final int WARM_UP = 2_000;

  private static final int BARE_SHARE = 20; // such a trial takes long

  private final int trials;
  private int missed;

  ServletDetection(int trials) {
    this.trials = trials;
  }

  /// How many were not told.
  int missed() {
    return missed;
  }

  /// Returns rows of the table.
  String measure(ServletHost host, Path keyStore) throws IOException, InterruptedException {
    StringBuilder rows = new StringBuilder();
    try (ServerProcess filtered = host.start(true, keyStore);
        ServerProcess bare = host.start(false, keyStore)) {
      for (ServletDeparture departure : ServletDeparture.values()) {
        Latencies latencies = latencies(departure, filtered, keyStore);
        missed += latencies.missed();
        rows.append(
            "| %s | %s | %s | %s | %s | %s | %s |\n"
                .formatted(
                    host.title,
                    departure.title,
                    latencies.toldOfTrials(),
                    latencies.summary(trial -> trial.heard() - trial.left()),
                    latencies.summary(trial -> trial.told() - trial.left()),
                    latencies.summary(trial -> trial.stopped() - trial.left()),
                    untold(departure, bare)));
      }
    }
    return rows.toString();
  }

  private Latencies latencies(ServletDeparture departure, ServerProcess server, Path keyStore)
      throws IOException, InterruptedException {
    InetSocketAddress address = server.address(departure.protocol());
    if (departure != ServletDeparture.CLOSE_BEHIND_NGINX) {
      return latencies(departure, server, address);
    }
    Path folder = keyStore.resolveSibling("nginx-" + server.name().replaceAll("\\W", ""));
    try (NginxProcess nginx = NginxProcess.start(folder, address)) {
      return latencies(departure, server, nginx.address());
    }
  }

  private Latencies latencies(
      ServletDeparture departure, ServerProcess server, InetSocketAddress address)
      throws IOException, InterruptedException {
    Latencies latencies = new Latencies();
    int warmUp = departure == ServletDeparture.CLOSE ? WARM_UP : WARM_UP / 10;
    for (int trial = -Math.min(warmUp, 10 * trials); trial < trials; trial++) {
      String id = server.nextId();
      RawClient client = arrive(departure, server, address, id);
      LockSupport.parkNanos(WAIT_NANOS);
      long left = System.nanoTime();
      departure.leave(client);
      String times = server.await("stopped " + id, PATIENCE);
      if (trial >= 0) {
        latencies.add(times == null ? null : Latencies.Trial.of(left, times));
      }
    }
    return latencies;
  }

  private static RawClient arrive(
      ServletDeparture departure, ServerProcess server, InetSocketAddress address, String id)
      throws IOException, InterruptedException {
    RawClient client = departure.ask(address, id);
    if (server.await("arrived " + id, PATIENCE) == null) {
      throw new IOException(server.name() + " did not handle a request: " + departure.title);
    }
    return client;
  }

  /// How many ran to their end without us.
  private String untold(ServletDeparture departure, ServerProcess bare)
      throws IOException, InterruptedException {
    if (departure == ServletDeparture.CLOSE_BEHIND_NGINX) {
      return "–";
    }
    int share = Math.ceilDiv(trials, BARE_SHARE);
    int untold = 0;
    for (int trial = 0; trial < share; trial++) {
      String id = bare.nextId();
      departure.leave(arrive(departure, bare, bare.address(departure.protocol()), id));
      untold += bare.await("ended " + id, PATIENCE) == null ? 0 : 1;
    }
    return untold + "/" + share;
  }
}
