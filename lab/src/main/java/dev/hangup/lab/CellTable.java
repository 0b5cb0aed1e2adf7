package dev.hangup.lab;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// All experiments of a run, to be sorted and filtered.
final class CellTable {
  private final List<Cell> cells;
  private final double mostWaste;
  private final StringBuilder html = new StringBuilder();

  private CellTable(List<Cell> cells) {
    this.cells = cells;
    this.mostWaste =
        cells.stream()
            .mapToDouble(cell -> Figures.mean(cell.wastedSteps()))
            .filter(mean -> !Double.isNaN(mean))
            .max()
            .orElse(0);
  }

  static String of(List<Cell> cells) {
    return new CellTable(cells).write();
  }

  private String write() {
    html.append(
        "<form class=\"filters\"><label>words<input name=\"words\" type=\"search\"></label>");
    select("client", Cell::client);
    select("proxy", Cell::between);
    select("server", Cell::server);
    select("protocol", Cell::protocol);
    select("leaving", Cell::leaving);
    select("hearing", cell -> Hearing.of(cell).text());
    html.append(
        "<button type=\"reset\">all</button> <span id=\"shown\" class=\"quiet\"></span></form>");
    html.append(Html.scroll("experiments")).append("<table class=\"sorts\"><thead><tr>");
    html.append(
        Html.heads(
            List.of("client", "proxy", "server", "protocol", "leaves by", "heard", "p50", "p99")));
    html.append("<th>told after").append(LatencyStrip.axis()).append("</th>");
    html.append(Html.heads(List.of("stopped", "wasted", "bytes", "connection", "trace")));
    html.append("</tr></thead><tbody>\n");
    cells.forEach(this::row);
    return html.append("</tbody></table></div>").toString();
  }

  private void select(String name, Function<Cell, String> by) {
    html.append(
        "<label>%s<select name=\"%s\"><option value=\"\">any</option>".formatted(name, name));
    cells.stream()
        .map(by)
        .distinct()
        .sorted()
        .forEach(value -> html.append("<option>").append(Html.escape(value)).append("</option>"));
    html.append("</select></label>");
  }

  private void row(Cell cell) {
    Hearing hearing = Hearing.of(cell);
    html.append(
        "<tr id=\"%s\" data-client=\"%s\" data-proxy=\"%s\" data-server=\"%s\" data-protocol=\"%s\" data-leaving=\"%s\" data-hearing=\"%s\">"
            .formatted(
                Html.anchor(cell.id()),
                Html.escape(cell.client()),
                Html.escape(cell.between()),
                Html.escape(cell.server()),
                Html.escape(cell.protocol()),
                Html.escape(cell.leaving()),
                Html.escape(hearing.text())));
    text(cell.client());
    text(cell.between());
    text(cell.server());
    text(cell.protocol());
    text(cell.leaving());
    html.append(
        "<td data-v=\"%s\"><span class=\"badge %s\">%s</span></td>"
            .formatted(order(cell), hearing.code(), Html.escape(score(cell))));
    times(cell);
    number(Figures.mean(cell.wastedSteps()), WasteBar.of(cell.wastedSteps(), mostWaste));
    double bytes = Figures.mean(cell.bytesAfter());
    number(bytes, Figures.bytes(bytes));
    text(connection(cell));
    html.append("<td>").append(Html.link(cell.trace(), "trace"));
    if (cell.capture() != null) {
      html.append(' ').append(Html.link(StoryPage.name(cell), "packets"));
    }
    html.append("</td></tr>\n");
  }

  private void times(Cell cell) {
    double median = Figures.percentile(cell.toldMillis(), 50);
    double worst = Figures.percentile(cell.toldMillis(), 99);
    number(median, Figures.millis(median));
    number(worst, Figures.millis(worst));
    String problem = cell.problem();
    if (problem == null) {
      html.append("<td>").append(LatencyStrip.of(cell.toldMillis())).append("</td>");
    } else {
      html.append("<td class=\"text\">").append(Html.escape(problem)).append("</td>");
    }
    double stopped = Figures.percentile(cell.stoppedMillis(), 50);
    number(stopped, Figures.millis(stopped));
  }

  /// For instance `5/5`, and what else there is to say.
  static String score(Cell cell) {
    if (cell.trials() == 0) {
      return "not measured";
    }
    String score = Hearing.right(cell) + "/" + cell.trials();
    if (!Hearing.isHangUp(cell)) {
      return "waited on " + score;
    }
    return cell.falseHangUps() == 0 ? score : score + ", " + cell.falseHangUps() + " false";
  }

  private static String order(Cell cell) {
    return cell.trials() == 0
        ? ""
        : String.format(Locale.ROOT, "%.3f", (double) Hearing.right(cell) / cell.trials());
  }

  private void text(String text) {
    html.append("<td>").append(Html.escape(text)).append("</td>");
  }

  private void number(double value, String shown) {
    html.append(
        "<td class=\"number\" data-v=\"%s\">%s</td>"
            .formatted(Double.isNaN(value) ? "" : value, shown));
  }

  private static String connection(Cell cell) {
    String after = yes(cell.connectionReused(), "kept", "closed");
    return Boolean.FALSE.equals(cell.siblingsAlive()) ? after + ", sibling cut" : after;
  }

  private static String yes(@Nullable Boolean value, String yes, String no) {
    return value == null ? "" : value ? yes : no;
  }
}
