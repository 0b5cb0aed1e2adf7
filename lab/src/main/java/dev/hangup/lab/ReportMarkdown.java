package dev.hangup.lab;

import java.util.stream.Collectors;

/// A run to be read anywhere: the claims, then the experiments.
final class ReportMarkdown {
  private ReportMarkdown() {}

  static String of(Run run) {
    StringBuilder text = new StringBuilder("# Who is heard hanging up?\n\n");
    Machine machine = run.machine();
    text.append(
        "%d experiments, %d trials each, made in %d s at %s on %s, %d cores; %s; Java %s.\n"
            .formatted(
                run.cells().size(),
                run.trials(),
                Math.round(run.seconds()),
                Markdown.escape(run.started()),
                Markdown.escape(machine.cpu()),
                machine.cores(),
                Markdown.escape(machine.kernel()),
                Markdown.escape(machine.java())));
    claims(run, text);
    cells(run, text);
    text.append("\n## Left out\n\n");
    if (run.leftOut().isEmpty()) {
      text.append("Nothing.\n");
    }
    run.leftOut()
        .forEach(one ->
            text.append(
                "- %s: %s\n".formatted(Markdown.escape(one.what()), Markdown.escape(one.why()))));
    text.append("\n## With\n\n");
    text.append(
        run.versions().entrySet().stream()
            .map(entry -> Markdown.escape(entry.getKey() + " " + entry.getValue()))
            .collect(Collectors.joining(", ", "", "\n")));
    return text.toString();
  }

  private static void claims(Run run, StringBuilder text) {
    text.append("\n## What others say, and what this run says of it\n\n");
    text.append(Markdown.head("who", "claim", "verdict", "by"));
    for (Judgement judgement : Judgement.all(run)) {
      String by =
          judgement.shown().stream()
              .limit(3)
              .map(cell -> Markdown.escape(cell.id() + " " + judgement.claim().numbers(cell)))
              .collect(Collectors.joining(", "));
      int more = judgement.shown().size() - 3;
      text.append(
          Markdown.row(
              Markdown.escape(judgement.claim().source()),
              Markdown.escape(judgement.claim().text()),
              "**" + judgement.verdict().text() + "**",
              by + (more > 0 ? ", and " + more : "") + note(judgement)));
    }
  }

  private static String note(Judgement judgement) {
    return judgement.note().isEmpty() ? "" : " (" + judgement.note() + ")";
  }

  private static void cells(Run run, StringBuilder text) {
    text.append("\n## Experiments\n\n");
    text.append(
        Markdown.head(
            "client",
            "proxy",
            "server",
            "protocol",
            "leaving",
            "heard",
            "told p50",
            "p99",
            "wasted steps",
            "bytes after",
            ""));
    for (Cell cell : run.cells()) {
      String problem = cell.problem();
      text.append(
          Markdown.row(
              Markdown.escape(cell.client()),
              Markdown.escape(cell.between()),
              Markdown.escape(cell.server()),
              Markdown.escape(cell.protocol()),
              Markdown.escape(cell.leaving()),
              CellTable.score(cell),
              Figures.millis(Figures.percentile(cell.toldMillis(), 50)),
              Figures.millis(Figures.percentile(cell.toldMillis(), 99)),
              Figures.count(Figures.mean(cell.wastedSteps())),
              Figures.bytes(Figures.mean(cell.bytesAfter())),
              problem == null ? "" : Markdown.escape(problem)));
    }
  }
}
