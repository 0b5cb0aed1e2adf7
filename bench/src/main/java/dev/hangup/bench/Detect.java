package dev.hangup.bench;

import dev.hangup.server.HalfClose;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Measures how long after its client left a handler is told, and goes on: in Hangup, and in Go's
/// net/http if there is a Go.
final class Detect implements AutoCloseable {
  private final Path folder = Files.createTempDirectory("hangup-detect");
  private final List<ServerProcess> servers = new ArrayList<>();
  private final @Nullable String go;
  private final double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();

  /// How often, before that uncounted how often, and how long a handler waits for its client to
  /// leave.
  record Plan(int trials, int warmUp, Duration pause) {}

  /// Starts the servers; Go's if its version is given.
  Detect(@Nullable String go) throws IOException, InterruptedException {
    this.go = go;
    try {
      PemFiles files = PemFiles.selfSigned(folder);
      servers.add(ServerProcess.hangup(HalfClose.PROBE, files));
      servers.add(ServerProcess.hangup(HalfClose.CANCEL, files));
      if (go != null) {
        servers.add(ServerProcess.go(folder, files));
      }
    } catch (IOException | InterruptedException e) {
      close();
      throw e;
    }
  }

  DetectReport run(Plan plan) throws IOException, InterruptedException {
    measure(plan.warmUp(), Duration.ZERO);
    List<Departures> measured = measure(plan.trials(), plan.pause());
    return new DetectReport(plan, go == null ? "no Go" : go, load, measured);
  }

  private List<Departures> measure(int trials, Duration pause)
      throws IOException, InterruptedException {
    List<Departures> measured = new ArrayList<>();
    for (Departure departure : Departure.ALL) {
      List<Departures> alternating =
          servers.stream()
              .filter(server -> server.speaks(departure.speech()))
              .map(server -> new Departures(departure, server))
              .toList();
      for (int trial = 0; trial < trials; trial++) {
        for (Departures one : alternating) {
          one.attempt(pause);
        }
      }
      for (Departures one : alternating) {
        one.end();
      }
      measured.addAll(alternating);
    }
    return measured;
  }

  /// Ends the servers.
  @Override
  public void close() throws IOException {
    for (ServerProcess server : servers) {
      server.close();
    }
    delete(folder);
  }

  /// With all that is in it.
  static void delete(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(folder)) {
      files = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
