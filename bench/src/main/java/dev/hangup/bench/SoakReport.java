package dev.hangup.bench;

import dev.hangup.server.Server;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/// What `soak` saw, as Markdown, and whether that is well.
final class SoakReport {
  private static final long MEGABYTE = 1 << 20;

  private final Soak.Plan plan;
  private final List<SoakSample> samples;
  private final SoakClient.Tally tally;

  SoakReport(Soak.Plan plan, List<SoakSample> samples, SoakClient.Tally tally) {
    this.plan = plan;
    this.samples = samples;
    this.tally = tally;
  }

  /// What must not grow, and by how much it may over the whole run: by the line of least squares
  /// through all samples but the first.
  private record Held(String title, long tolerance, ToLongFunction<SoakSample> value) {
    private static final List<Held> ALL =
        List.of(
            new Held("heap, bytes", 8 * MEGABYTE, SoakSample::heap),
            new Held("direct memory, bytes", 8 * MEGABYTE, SoakSample::direct),
            new Held("threads", 8, SoakSample::threads),
            new Held("file descriptors", 8, SoakSample::files));
  }

  /// What is wrong; empty if nothing is.
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    for (Held held : Held.ALL) {
      double growth = growth(samples.stream().skip(1).mapToLong(held.value).toArray());
      if (growth > held.tolerance) {
        faults.add(
            "%s: grew by %,.0f (expected: at most %,d)"
                .formatted(held.title, growth, held.tolerance));
      }
    }
    long running = samples.stream().mapToLong(SoakSample::running).max().orElse(0);
    addUnlessZero(faults, "handlers that do not return", running);
    addUnlessZero(faults, "warnings in the log", samples.getLast().alarms());
    addUnlessZero(faults, "wrong answers", tally.wrong.sum());
    return faults;
  }

  private static void addUnlessZero(List<String> faults, String what, long count) {
    if (count > 0) {
      faults.add(what + ": " + count + " (expected: 0)");
    }
  }

  /// From the first to the last, along the line of least squares.
  static double growth(long... values) {
    double middle = (values.length - 1) / 2.0;
    double products = 0;
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      products += (i - middle) * values[i];
      squares += (i - middle) * (i - middle);
    }
    return squares == 0 ? 0 : products / squares * (values.length - 1);
  }

  String markdown() {
    StringBuilder text = new StringBuilder(preamble());
    text.append("\n| after | requests | heap | direct | threads | files | running | warnings |\n");
    text.append("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for (int i = 0; i < samples.size(); i++) {
      SoakSample at = samples.get(i);
      text.append(
          "| %,d s | %,d | %.1f MiB | %.1f MiB | %d | %d | %d | %d |\n"
              .formatted(
                  plan.between().multipliedBy(i + 1L).toSeconds(),
                  at.requests(),
                  (double) at.heap() / MEGABYTE,
                  (double) at.direct() / MEGABYTE,
                  at.threads(),
                  at.files(),
                  at.running(),
                  at.alarms()));
    }
    List<String> faults = faults();
    text.append(faults.isEmpty() ? "\nNothing grew, and every answer was right.\n" : "\n");
    faults.forEach(fault -> text.append("- **").append(fault).append("**\n"));
    return text.toString();
  }

  private String preamble() {
    return """
    # A long load of which three in ten hang up

    %,d requests were answered, %,d were hung up on, %,d answers were wrong. Heap after a collection, all while the clients pause.

    - **when**: %s, by `java -jar bench/target/hangup-bench.jar soak`
    - **where**: %s
    - **what**: %s with a heap of 256 MiB, %s %s
    - **how**: %d clients, together at most %,d requests a second, HTTP/1.1 and HTTP/2 with and without TLS: short answers, waiting
      ones, streams, uploads; hung up on by close, reset and RST_STREAM, before the answer begins and after
    - **tolerated**: along the line of least squares, without the first sample: heap and direct memory 8 MiB, threads 8, files 8
    """
        .formatted(
            tally.answered.sum(),
            tally.left.sum(),
            tally.wrong.sum(),
            LocalDate.now(ZoneOffset.UTC),
            Machine.where(),
            Machine.jarName(Server.class),
            System.getProperty("java.vm.name"),
            System.getProperty("java.vm.version"),
            plan.clients(),
            plan.requestsPerSecond());
  }
}
