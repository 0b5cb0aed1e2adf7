package dev.hangup.bench;

import dev.hangup.server.Server;
import dev.hangup.testkit.Protocol;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/// Measures what it costs a server to be observed: small requests a second, in turn, and how a
/// bystander and the live page fare while many requests are in flight and many hang up.
final class ObserveBench {
  private final ObserveOptions options;

  ObserveBench(ObserveOptions options) {
    this.options = options;
  }

  /// Returns the tables, in Markdown.
  String run() throws IOException, InterruptedException {
    return preamble() + (options.rounds() == 0 ? "" : throughput()) + crowds();
  }

  private String preamble() {
    return """
    # What it costs to be observed

    - **when**: %s, by `%s`
    - **where**: %s; load average before: %.1f
    - **what**: %s, %s, with a heap of 512 MiB; load by `%s`
    - **how**: the servers run all the while, each in a process of its own, and are loaded in turn; median (least–greatest) of %d rounds
    """
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            options.command(),
            Machine.where(),
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
            Machine.jarName(Server.class),
            Machine.jarName(MeterRegistry.class),
            Load.WRK.command(options.seconds()),
            options.rounds());
  }

  private String throughput() throws IOException, InterruptedException {
    Map<ObserveSubject, LoadedServer> sides = new EnumMap<>(ObserveSubject.class);
    try (ServerProcess bare = ServerProcess.observed(ObserveSubject.BARE);
        ServerProcess metered = ServerProcess.observed(ObserveSubject.METERS);
        ServerProcess all = ServerProcess.observed(ObserveSubject.ALL);
        ObservedPage _ = ObservedPage.open(all.address(Protocol.HTTP1))) {
      sides.put(ObserveSubject.BARE, new LoadedServer(bare));
      sides.put(ObserveSubject.METERS, new LoadedServer(metered));
      sides.put(ObserveSubject.ALL, new LoadedServer(all));
      List<LoadedServer> order = new ArrayList<>(sides.values());
      int warmUp = Math.ceilDiv(options.warmUp(), options.seconds());
      for (int round = -warmUp; round < options.rounds(); round++) {
        for (LoadedServer side : order) {
          side.load(options.seconds(), round >= 0);
        }
        order.addLast(order.removeFirst()); // none always goes first
      }
    }
    StringBuilder table = new StringBuilder("\n## Small requests\n\n");
    table.append(
        "| | requests/s | × bare | requests/CPU-s | × bare |\n|---|---:|---:|---:|---:|\n");
    LoadedServer bare = sides.get(ObserveSubject.BARE);
    sides.forEach((subject, side) -> table.append(row(subject, bare, side)));
    return table + perRequest(1e9 / Throughput.median(bare.perCpuSecond()));
  }

  /// What the observers themselves take of a request's time, which the differences of one process
  /// from another hide.
  ///
  /// @param requestNanos the CPU time of one that nobody observes
  private static String perRequest(double requestNanos) throws IOException {
    Map<String, Double> nanos = new HashMap<>();
    try {
      String all = Pattern.quote(ObserveCost.class.getName()) + "\\..*";
      for (RunResult result : new Runner(new OptionsBuilder().include(all).build()).run()) {
        nanos.put(result.getPrimaryResult().getLabel(), result.getPrimaryResult().getScore());
      }
    } catch (RunnerException e) {
      throw new IOException(e);
    }
    double nobody = nanos.getOrDefault("nobody", Double.NaN);
    StringBuilder table = new StringBuilder("\n## One request, by JMH\n\n");
    table.append("| | ns | of the CPU time of a small request |\n|---|---:|---:|\n");
    for (String who : List.of("meters", "metersAndView")) {
      double more = nanos.getOrDefault(who, Double.NaN) - nobody;
      table.append(
          String.format(
              Locale.ROOT, "| %s | %,.0f | %.1f %% |%n", who, more, 100 * more / requestNanos));
    }
    return table.toString();
  }

  private static String row(ObserveSubject subject, LoadedServer bare, LoadedServer side) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.3f | %s | %.3f |%n",
        subject.title,
        Throughput.summary(side.perSecond()),
        ratio(side.perSecond(), bare.perSecond()),
        Throughput.summary(side.perCpuSecond()),
        ratio(side.perCpuSecond(), bare.perCpuSecond()));
  }

  /// The median of the rounds' ratios: what disturbs a round disturbs both.
  private static double ratio(List<Double> values, List<Double> bare) {
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < values.size(); round++) {
      ratios.add(values.get(round) / bare.get(round));
    }
    return Throughput.median(ratios);
  }

  private String crowds() throws IOException, InterruptedException {
    StringBuilder table =
        new StringBuilder(
            "\n## %,d requests in flight, 1,000 hang-ups a second\n\n"
                .formatted(options.requests()));
    table.append(
        "| | bystander, p50 / p99 / longest, ms | page: events/s, age of an event p50 / p99 / longest, ms"
            + " | hang-ups/s | refused | heap before, after, MiB |\n|---|---:|---:|---:|---:|---:|\n");
    for (ObserveSubject subject : List.of(ObserveSubject.BARE, ObserveSubject.ALL)) {
      try (ServerProcess server = ServerProcess.observed(subject)) {
        table.append(new ObserveCrowd(server, subject, options).row());
      }
    }
    return table
        .append(
            "\nA bystander asks for the smallest answer, 100 times a second. An event's age is from its making to its receipt, in whole ms.\n")
        .append(
            "Heap after a full collection, with all in flight: before the first hang-up, and after the last of %,d.\n"
                .formatted(options.hangUps()))
        .toString();
  }
}
