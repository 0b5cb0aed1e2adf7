package dev.hangup.lab;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A run as one page: what to look at first, then all of it.
final class ReportPage {
  private static final int SHOWN_CELLS = 6;

  private final Run run;
  private final List<Judgement> judgements;
  private final StringBuilder html = new StringBuilder();

  private ReportPage(Run run) {
    this.run = run;
    this.judgements = Judgement.all(run);
  }

  static String of(Run run) {
    return new ReportPage(run).write();
  }

  private String write() {
    head();
    section("map", "Who is heard through what");
    html.append(
        "<p class=\"quiet\">Choose a client, a proxy or a server to see its experiments.</p>");
    legend();
    html.append("<div class=\"scroll\">").append(ChainMap.of(run.cells())).append("</div>");
    section("claims", "What others say, and what this run says of it");
    claims();
    section("experiments", "Experiments");
    html.append(
        "<p class=\"quiet\">A dot is one trial: from the client’s leaving until the handler was told. A step of wasted"
            + " work is 10 ms long. <i>Waited on</i>: a client that ends its sending and waits is to get its answer.</p>");
    html.append("<div id=\"cells\">").append(CellTable.of(run.cells())).append("</div>");
    section("servers", "How soon, by server, without a proxy");
    servers();
    section("left-out", "Left out");
    leftOut();
    section("where", "Where, and with what");
    where();
    return Page.of("Who is heard hanging up?", html.toString());
  }

  private void head() {
    List<Cell> cells = run.cells();
    Map<Hearing, Long> count =
        cells.stream()
            .filter(Hearing::isHangUp)
            .collect(Collectors.groupingBy(Hearing::of, Collectors.counting()));
    html.append("<header><h1>Who is heard hanging up?</h1>");
    html.append(
        "<p>%d experiments, %d trials each, made in %d s at %s on %s, %d cores.</p>"
            .formatted(
                cells.size(),
                run.trials(),
                Math.round(run.seconds()),
                Html.escape(run.started()),
                Html.escape(run.machine().cpu()),
                run.machine().cores()));
    html.append(
        "<nav><a href=\"#map\">map</a><a href=\"#claims\">claims</a><a href=\"#experiments\">experiments</a>"
            + "<a href=\"#servers\">by server</a><a href=\"#left-out\">left out</a><a href=\"#where\">where</a></nav>");
    html.append("<ul class=\"figures\">");
    for (Hearing hearing : Hearing.values()) {
      figure(count.getOrDefault(hearing, 0L), hearing.text(), hearing.code());
    }
    figure(cells.stream().mapToInt(Cell::falseHangUps).sum(), "false hang-ups", "none");
    html.append("</ul></header>");
  }

  private void figure(long number, String text, String style) {
    html.append("<li><b class=\"%s\">%d</b>%s</li>".formatted(style, number, Html.escape(text)));
  }

  private void section(String id, String title) {
    html.append("\n<h2 id=\"%s\">%s</h2>\n".formatted(id, title));
  }

  private void legend() {
    html.append("<ul class=\"legend\">");
    for (Hearing hearing : Hearing.values()) {
      html.append(
          "<li><svg width=\"34\" height=\"8\"><path class=\"edge %s\" d=\"M0 4H34\"/></svg> %s</li>"
              .formatted(hearing.code(), hearing.text()));
    }
    html.append("</ul>");
  }

  private void claims() {
    html.append("<div class=\"scroll\"><table class=\"sorts\"><thead><tr>");
    List.of("who", "claim", "verdict", "by")
        .forEach(head ->
            html.append("<th><button type=\"button\">").append(head).append("</button></th>"));
    html.append("</tr></thead><tbody>");
    for (Judgement judgement : judgements) {
      Judgement.Verdict verdict = judgement.verdict();
      html.append(
          "<tr><td>%s</td><td class=\"text\">%s</td><td><span class=\"badge %s\">%s</span></td><td class=\"text\">%s</td></tr>\n"
              .formatted(
                  Html.escape(judgement.claim().source()),
                  Html.escape(judgement.claim().text()),
                  verdict.code(),
                  verdict.text(),
                  by(judgement)));
    }
    html.append("</tbody></table></div>");
  }

  private static String by(Judgement judgement) {
    List<Cell> shown = judgement.shown();
    String cells =
        shown.stream()
            .limit(SHOWN_CELLS)
            .map(cell ->
                "<a href=\"#%s\">%s</a> %s"
                    .formatted(
                        Html.anchor(cell.id()),
                        Html.escape(cell.id()),
                        Html.escape(CellTable.score(cell))))
            .collect(Collectors.joining("<br>"));
    String more = shown.size() > SHOWN_CELLS ? "<br>and " + (shown.size() - SHOWN_CELLS) : "";
    String note = judgement.note().isEmpty() ? "" : "<br>" + Html.escape(judgement.note());
    return cells + more + note;
  }

  private void servers() {
    Map<String, List<Cell>> byServer =
        run.cells().stream()
            .filter(cell -> cell.setting() == Setting.DIRECT && Hearing.isHangUp(cell))
            .collect(
                Collectors.groupingBy(
                    cell -> cell.server() + "\n" + cell.protocol(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    html.append("<div class=\"scroll\"><table class=\"sorts\"><thead><tr>");
    List.of("server", "protocol", "heard", "p50")
        .forEach(head ->
            html.append("<th><button type=\"button\">").append(head).append("</button></th>"));
    html.append("<th>told after").append(LatencyStrip.axis()).append("</th></tr></thead><tbody>");
    byServer.values().forEach(this::server);
    html.append("</tbody></table></div>");
  }

  private void server(List<Cell> cells) {
    List<Double> told = cells.stream().flatMap(cell -> cell.toldMillis().stream()).toList();
    double median = Figures.percentile(told, 50);
    html.append(
        "<tr><td>%s</td><td>%s</td><td><span class=\"badge %s\">%d/%d</span></td><td class=\"number\" data-v=\"%s\">%s</td><td>%s</td></tr>\n"
            .formatted(
                Html.escape(cells.getFirst().server()),
                Html.escape(cells.getFirst().protocol()),
                Hearing.of(cells).code(),
                Hearing.heard(cells),
                Hearing.trials(cells),
                Double.isNaN(median) ? "" : median,
                Figures.millis(median),
                LatencyStrip.of(told)));
  }

  private void leftOut() {
    if (run.leftOut().isEmpty()) {
      html.append("<p>Nothing.</p>");
      return;
    }
    html.append("<ul>");
    run.leftOut()
        .forEach(one ->
            html.append(
                "<li><b>%s</b>: %s</li>"
                    .formatted(Html.escape(one.what()), Html.escape(one.why()))));
    html.append("</ul>");
  }

  private void where() {
    Machine machine = run.machine();
    html.append(
        "<p>%s, %d cores; %s; Java %s.</p><p>"
            .formatted(
                Html.escape(machine.cpu()),
                machine.cores(),
                Html.escape(machine.kernel()),
                Html.escape(machine.java())));
    html.append(
        run.versions().entrySet().stream()
            .map(entry -> Html.escape(entry.getKey() + " " + entry.getValue()))
            .collect(Collectors.joining(", ")));
    html.append(
        "</p><p class=\"quiet\">The run itself, for programs: %s, %s; to be read anywhere: %s.</p>"
            .formatted(
                Html.link(RunFile.NAME, RunFile.NAME),
                Html.link(ReportFiles.JSON, ReportFiles.JSON),
                Html.link(ReportFiles.MARKDOWN, ReportFiles.MARKDOWN)));
  }
}
