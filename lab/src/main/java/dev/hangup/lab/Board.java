package dev.hangup.lab;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Who hears, at one look: a row for each client, proxy or server, and a tile for each experiment,
/// which links to its trace.
final class Board {
  /// Which link of the chain is asked about.
  enum Link {
    /// By their own means of giving up.
    CLIENT("client"),
    /// By what comes through.
    PROXY("proxy"),
    /// By what they hear without a proxy.
    SERVER("server");

    private final String code;

    Link(String code) {
      this.code = code;
    }

    private String row(Cell cell) {
      return switch (this) {
        case CLIENT -> cell.client();
        case PROXY -> proxy(cell);
        case SERVER -> cell.server();
      };
    }

    private String column(Cell cell) {
      return this == CLIENT ? cell.protocol() : manner(cell);
    }

    /// What the board is drawn of.
    boolean isAbout(Cell cell) {
      boolean direct = cell.setting() == Setting.DIRECT;
      return switch (this) {
        case CLIENT -> direct && cell.server().equals("hangup") && !isBare(cell);
        case PROXY -> !direct;
        case SERVER -> direct && (isBare(cell) || cell.client().equals("curl"));
      };
    }

    /// No client that anybody would use.
    private static boolean isBare(Cell cell) {
      return cell.client().equals("raw") || cell.client().equals(VanishedClient.NAME);
    }
  }

  private final Link link;
  private final List<Cell> cells;
  private final Map<String, List<String>> columns; // by protocol
  private final StringBuilder html = new StringBuilder();

  private Board(Link link, List<Cell> cells) {
    this.link = link;
    this.cells = cells;
    this.columns =
        cells.stream()
            .sorted(Comparator.comparing(Cell::protocol))
            .collect(
                Collectors.groupingBy(
                    Cell::protocol,
                    LinkedHashMap::new,
                    Collectors.mapping(
                        link::column,
                        Collectors.collectingAndThen(
                            Collectors.toList(), list -> list.stream().distinct().toList()))));
  }

  /// Empty where a run has nothing for it.
  static String of(Link link, List<Cell> all) {
    List<Cell> about = all.stream().filter(link::isAbout).toList();
    List<Cell> cells =
        link == Link.SERVER
            ? about.stream().filter(cell -> isCompared(cell, about)).toList()
            : about;
    return cells.isEmpty() ? "" : new Board(link, cells).write();
  }

  /// Whether another server was asked the same, or none was asked but this.
  private static boolean isCompared(Cell cell, List<Cell> about) {
    return about.stream()
            .filter(other -> !other.server().equals(cell.server()))
            .anyMatch(other ->
                manner(other).equals(manner(cell)) && other.protocol().equals(cell.protocol()))
        || about.stream().allMatch(other -> other.server().equals(cell.server()));
  }

  private static String proxy(Cell cell) {
    return cell.server().equals("hangup") ? cell.between() : cell.between() + " → " + cell.server();
  }

  private static String manner(Cell cell) {
    return cell.client().equals("curl") ? "curl, " + cell.leaving() : cell.leaving();
  }

  private String write() {
    html.append(Html.scroll(link.code + "s")).append("<table class=\"board\"><thead>");
    if (link != Link.CLIENT) {
      html.append("<tr><td></td><td class=\"lane\"></td>");
      columns.forEach((protocol, of) ->
          html.append("<th scope=\"colgroup\" class=\"first\" colspan=\"%d\">".formatted(of.size()))
              .append(Html.escape(Html.protocol(protocol)))
              .append("</th>"));
      html.append("</tr>");
    }
    html.append("<tr><th>").append(link.code).append("</th><th class=\"lane\">comes through</th>");
    columns.forEach((protocol, of) ->
        of.forEach(column ->
            html.append(first(of, column, "th"))
                .append(Html.escape(link == Link.CLIENT ? Html.protocol(protocol) : column))
                .append("</th>")));
    html.append("</tr></thead><tbody>\n");
    cells.stream()
        .collect(Collectors.groupingBy(link::row, LinkedHashMap::new, Collectors.toList()))
        .entrySet()
        .stream()
        .sorted(Comparator.comparingDouble(row -> -Hearing.share(row.getValue())))
        .forEach(row -> row(row.getKey(), row.getValue()));
    return html.append("</tbody></table></div>\n").toString();
  }

  private static String first(List<String> of, String column, String tag) {
    return of.getFirst().equals(column) ? "<" + tag + " class=\"first\">" : "<" + tag + ">";
  }

  private void row(String name, List<Cell> of) {
    html.append(
        "<tr><th scope=\"row\"><button type=\"button\" class=\"choose\" data-%s=\"%s\">%s</button></th>"
            .formatted(link.code, Html.escape(value(of.getFirst())), Html.escape(name)));
    html.append("<td class=\"lane\">").append(Lane.of(link, of)).append("</td>");
    columns.forEach((protocol, names) ->
        names.forEach(column -> {
          html.append(first(names, column, "td"));
          of.stream()
              .filter(cell -> cell.protocol().equals(protocol))
              .filter(cell -> link.column(cell).equals(column))
              .forEach(this::tile);
          html.append("</td>");
        }));
    html.append("</tr>\n");
  }

  /// By which the experiments are filtered.
  private String value(Cell cell) {
    return link == Link.PROXY ? cell.between() : link.row(cell);
  }

  private void tile(Cell cell) {
    String text =
        "<span class=\"tile %s\">%s</span>"
            .formatted(Hearing.of(cell).code(), Html.escape(text(cell)));
    String label = link == Link.CLIENT ? Html.escape(cell.leaving()) + " " : "";
    html.append(
        "<span class=\"tried\">%s%s</span>"
            .formatted(label, Html.linked(cell.evidence(), cell.said(), text)));
  }

  private static String text(Cell cell) {
    boolean hangUp = Hearing.isHangUp(cell);
    return switch (Hearing.of(cell)) {
      case ALL -> {
        String late = Figures.millis(Figures.percentile(cell.toldMillis(), 50));
        yield hangUp ? ("✓ " + late).strip() : "✓ waits";
      }
      case SOME -> Hearing.right(cell) + " of " + cell.trials();
      case NONE -> hangUp ? "✗ never" : "✗ cut off";
      case UNKNOWN -> "?";
    };
  }
}
