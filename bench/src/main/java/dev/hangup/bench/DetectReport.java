package dev.hangup.bench;

import dev.hangup.server.Server;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/// What `detect` measured, as Markdown.
final class DetectReport {
  private final Detect.Plan plan;
  private final String go;
  private final double load;
  private final List<Departures> measured;

  /// Of measurements in the order of [Departure#ALL], with the version of Go, and how busy the
  /// machine was before.
  DetectReport(Detect.Plan plan, String go, double load, List<Departures> measured) {
    this.plan = plan;
    this.go = go;
    this.load = load;
    this.measured = measured;
  }

  /// How many trials were not told of.
  int missed() {
    return measured.stream().mapToInt(one -> one.latencies().missed()).sum();
  }

  String markdown() {
    StringBuilder text = new StringBuilder(preamble());
    for (Departure.Phase phase : Departure.Phase.values()) {
      text.append("\n## ").append(phase.title).append("\n\n");
      text.append(
          "| the client | server | told | left → told | told → stopped | left → stopped |\n");
      text.append("| --- | --- | ---: | ---: | ---: | ---: |\n");
      for (Departures one : measured) {
        if (one.departure().phase() == phase) {
          text.append(row(one));
        }
      }
    }
    return text.toString();
  }

  private static String row(Departures one) {
    Latencies latencies = one.latencies();
    return "| %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            one.departure().title(),
            one.server(),
            latencies.toldOfTrials(),
            latencies.summary(trial -> trial.told() - trial.left()),
            latencies.summary(trial -> trial.stopped() - trial.told()),
            latencies.summary(trial -> trial.stopped() - trial.left()));
  }

  private String preamble() {
    return """
    # From the hang-up to the stop

    In microseconds: p50 / p99 / the longest. **left**: right before the client's `close()`, or before it writes RST_STREAM (HTTP/3: STOP_SENDING).
    **told**: in Hangup the `onCancel` action runs. **stopped**: the handler, which was blocked, goes on; Hangup does both at once,
    so that either may be first. In Go they are one moment: the handler's `<-request.Context().Done()` returns.

    - **when**: %s, by `java -jar bench/target/hangup-bench.jar detect --trials %d --warm-up %d`
    - **where**: %s; load average before: %.1f
    - **what**: %s, %s %s; %s
    - **how**: each server in a process of its own on 127.0.0.1, one trial at a time, the servers in turn; every client leaves on a
      connection of its own, %d ms after its handler began to wait, those that reset a stream on one with a sibling that goes on;
      %d trials of every case before, not counted; all times by CLOCK_MONOTONIC; not told within 5 s is not told
    """
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            plan.trials(),
            plan.warmUp(),
            Machine.where(),
            load,
            Machine.jarName(Server.class),
            System.getProperty("java.vm.name"),
            System.getProperty("java.vm.version"),
            go,
            plan.pause().toMillis(),
            plan.warmUp());
  }
}
