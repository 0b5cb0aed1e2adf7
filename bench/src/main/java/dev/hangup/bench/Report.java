package dev.hangup.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/// The results as Markdown: a table for each section, a row for each operation, a column for each
/// contestant.
final class Report {
  private final Collection<RunResult> results;

  /// Of results in JMH's order, which is that of the parameters.
  Report(Collection<RunResult> results) {
    this.results = results;
  }

  String markdown() {
    StringBuilder text = new StringBuilder(Machine.preamble(parameters(results.iterator().next())));
    for (Section section : Section.ALL) {
      append(text, section);
    }
    return text.toString();
  }

  private void append(StringBuilder text, Section section) {
    Map<String, Map<Contestant, RunResult>> rows = new LinkedHashMap<>();
    Set<String> notes = new LinkedHashSet<>();
    for (Class<?> type : section.operations()) {
      Operation operation =
          Objects.requireNonNull(type.getAnnotation(Operation.class), type.getName());
      for (RunResult result : results) {
        String benchmark = parameters(result).getBenchmark();
        int dot = benchmark.lastIndexOf('.');
        if (benchmark.substring(0, dot).equals(type.getName())) {
          String title = operation.value().formatted(parameter(parameters(result)));
          rows.computeIfAbsent(title, _ -> new EnumMap<>(Contestant.class))
              .put(Contestant.ofMethod(benchmark.substring(dot + 1)), result);
          notes.add(operation.note());
        }
      }
    }
    notes.remove("");
    if (!rows.isEmpty()) {
      text.append("\n## ").append(section.title()).append("\n\n");
      appendTable(text, rows);
      notes.forEach(note -> text.append("\n").append(note).append("\n"));
    }
  }

  private static void appendTable(
      StringBuilder text, Map<String, Map<Contestant, RunResult>> rows) {
    Set<Contestant> columns = EnumSet.noneOf(Contestant.class);
    rows.values().forEach(row -> columns.addAll(row.keySet()));
    List<String> head = new ArrayList<>(List.of(""));
    columns.forEach(column -> head.add(column.title));
    head.add("Hangup takes");
    appendRow(text, head);
    appendRow(text, head.stream().map(cell -> cell.isEmpty() ? "---" : "---:").toList());
    rows.forEach((title, row) -> {
      List<String> cells = new ArrayList<>(List.of(title));
      columns.forEach(column -> cells.add(row.containsKey(column) ? cell(row.get(column)) : "–"));
      cells.add(ratio(row));
      appendRow(text, cells);
    });
  }

  private static void appendRow(StringBuilder text, List<String> cells) {
    text.append(cells.stream().collect(Collectors.joining(" | ", "| ", " |\n")));
  }

  private static String cell(RunResult result) {
    Result<?> time = result.getPrimaryResult();
    String bytes = "";
    for (String key : result.getSecondaryResults().keySet()) {
      if (key.endsWith("gc.alloc.rate.norm")) {
        double score = result.getSecondaryResults().get(key).getScore();
        bytes = String.format(Locale.ROOT, ", %,.0f B", score);
      }
    }
    return time(time.getScore(), time.getScoreError()) + bytes;
  }

  /// In a unit and with digits that suit it: `1.23 ± 0.04 ns`.
  static String time(double nanos, double error) {
    double unit = nanos < 10_000 ? 1 : 1_000;
    double value = nanos / unit;
    String number = value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f";
    String text = String.format(Locale.ROOT, number, value);
    if (!Double.isNaN(error)) {
      text += " ± " + String.format(Locale.ROOT, number, error / unit);
    }
    return text + (unit == 1 ? " ns" : " µs");
  }

  private static String ratio(Map<Contestant, RunResult> row) {
    for (Contestant other : List.of(Contestant.GRPC, Contestant.JDK_THREADS)) {
      if (row.containsKey(Contestant.HANGUP) && row.containsKey(other)) {
        double ratio = score(row.get(Contestant.HANGUP)) / score(row.get(other));
        String number = ratio < 1 ? "%.2g" : ratio < 10 ? "%.1f" : "%,.0f";
        return String.format(Locale.ROOT, number + " × %s", ratio, other.title);
      }
    }
    return "–";
  }

  private static double score(RunResult result) {
    return result.getPrimaryResult().getScore();
  }

  private static BenchmarkParams parameters(RunResult result) {
    return result.getParams();
  }

  /// The value of the one parameter that an operation may have.
  private static String parameter(BenchmarkParams parameters) {
    return parameters.getParamsKeys().stream()
        .map(key ->
            key.equals("crowd")
                ? Crowd.valueOf(parameters.getParam(key)).title()
                : parameters.getParam(key))
        .findAny()
        .orElse("");
  }
}
