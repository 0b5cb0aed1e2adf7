package dev.hangup.lab;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A run as one page: what to look at first, then all of it.
final class ReportPage {
  private static final int SHOWN_CELLS = 3;

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
    boards();
    section("claims", "What others say, and what this run says of it");
    claims();
    section("servers", "How soon, and how much work is wasted, by server, without a proxy");
    servers();
    section("experiments", "Experiments");
    html.append(
        "<p class=\"quiet\">A dot is one trial: from the client’s leaving until the handler was told. A step of wasted"
            + " work is 10 ms long; <i>stopped</i> is from being told until the handler returned; <i>bytes</i> are those written after the client left. <i>Waited on</i>: a client that"
            + " ends its sending and waits is to get its answer.</p>");
    html.append("<div id=\"cells\">").append(CellTable.of(run.cells())).append("</div>");
    section("left-out", "Left out");
    leftOut();
    section("where", "Where, and with what");
    where();
    return Page.of("Who is heard hanging up?", html.toString());
  }

  private void boards() {
    section("map", "Who hears");
    html.append(
        """
        <p>A client asks for work of 3 s, and leaves after some steps of it. Green with a time: the handler \
        was told each time, so long after (the median). Red: never, and the work was done for nobody. A line is one chain, \
        <i>client → proxy → server</i>: what is green of it arrives, what is red stops where it is lost.</p>
        <p class="quiet">A tile links to what was recorded; a name chooses its experiments below.</p>
        """);
    legend();
    board(Board.Link.SERVER, "Servers, without a proxy");
    board(Board.Link.PROXY, "Proxies, in front of a server that hears");
    board(Board.Link.CLIENT, "Clients, by their own means of giving up, to Hangup");
  }

  private void board(Board.Link link, String title) {
    String board = Board.of(link, run.cells());
    if (!board.isEmpty()) {
      html.append("<h3>%s</h3>\n".formatted(title)).append(board);
    }
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
        "<nav aria-label=\"contents\"><a href=\"#map\">who hears</a><a href=\"#claims\">claims</a><a href=\"#servers\">how soon</a>"
            + "<a href=\"#experiments\">experiments</a><a href=\"#left-out\">left out</a><a href=\"#where\">where</a></nav>");
    html.append("<ul class=\"figures\">");
    for (Hearing hearing : Hearing.values()) {
      figure(count.getOrDefault(hearing, 0L), hearing.text(), hearing.code());
    }
    figure(
        cells.stream().filter(Hearing::isHangUp).mapToInt(Cell::falseHangUps).sum(),
        "told of clients that stayed",
        "unknown");
    figure(
        cells.stream()
            .filter(cell -> !Hearing.isHangUp(cell) && Hearing.of(cell) != Hearing.ALL)
            .count(),
        "cut off who half-closes",
        "unknown");
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
          "<li><span class=\"tile %s\">%s</span> %s</li>"
              .formatted(hearing.code(), hearing.sample(), hearing.text()));
    }
    html.append("</ul>");
  }

  private void claims() {
    html.append(Html.scroll("claims")).append("<table class=\"sorts stacks\"><thead><tr>");
    html.append(Html.heads(List.of("who", "claim", "verdict", "by")));
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
    List<String> cells =
        judgement.shown().stream()
            .map(cell ->
                "<a href=\"#%s\">%s</a> %s"
                    .formatted(
                        Html.anchor(cell.id()),
                        Html.escape(cell.id()),
                        Html.escape(judgement.claim().numbers(cell))))
            .toList();
    int first = Math.min(SHOWN_CELLS, cells.size());
    String more = String.join("<br>", cells.subList(first, cells.size()));
    String note = judgement.note().isEmpty() ? "" : "<br>" + Html.escape(judgement.note());
    return String.join("<br>", cells.subList(0, first))
        + (more.isEmpty()
            ? ""
            : "<details><summary>and %d more</summary>%s</details>"
                .formatted(cells.size() - first, more))
        + note;
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
    html.append(Html.scroll("by server")).append("<table class=\"sorts\"><thead><tr>");
    html.append(Html.heads(List.of("server", "protocol", "heard", "p50")));
    html.append("<th>told after").append(LatencyStrip.axis()).append("</th>");
    html.append(Html.heads(List.of("wasted steps (10 ms each)"))).append("</tr></thead><tbody>");
    byServer.values().forEach(this::server);
    html.append("</tbody></table></div>");
  }

  private void server(List<Cell> cells) {
    List<Double> told = cells.stream().flatMap(cell -> cell.toldMillis().stream()).toList();
    List<Integer> wasted = cells.stream().flatMap(cell -> cell.wastedSteps().stream()).toList();
    double median = Figures.percentile(told, 50);
    html.append(
        "<tr><td>%s</td><td>%s</td><td><span class=\"badge %s\">%d/%d</span></td><td class=\"number\" data-v=\"%s\">%s</td><td>%s</td><td data-v=\"%s\">%s</td></tr>\n"
            .formatted(
                Html.escape(cells.getFirst().server()),
                Html.escape(cells.getFirst().protocol()),
                Hearing.of(cells).code(),
                Hearing.heard(cells),
                Hearing.trials(cells),
                Double.isNaN(median) ? "" : median,
                Figures.millis(median),
                LatencyStrip.of(told),
                Figures.mean(wasted),
                WasteBar.of(wasted, Patience.STEPS)));
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
