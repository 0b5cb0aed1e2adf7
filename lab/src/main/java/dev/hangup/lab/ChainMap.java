package dev.hangup.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Who was heard through what by whom: clients, proxies and servers in columns, joined by what was
/// tried.
final class ChainMap {
  private static final int WIDTH = 960;
  private static final int ROW = 26;
  private static final int BOX = 180;
  private static final int[] COLUMNS = {0, (WIDTH - BOX) / 2, WIDTH - BOX};
  private static final List<String> NAMES = List.of("client", "proxy", "server");

  private final List<Cell> cells;
  private final List<Map<String, List<Cell>>> columns = new ArrayList<>();
  private final StringBuilder svg = new StringBuilder();
  private final int height;

  private ChainMap(List<Cell> cells) {
    this.cells = cells;
    columns.add(grouped(cells, Cell::client));
    columns.add(grouped(cells, ChainMap::proxy));
    columns.add(grouped(cells, Cell::server));
    this.height = ROW * columns.stream().mapToInt(Map::size).max().orElse(1);
  }

  static String of(List<Cell> cells) {
    return new ChainMap(cells).draw();
  }

  /// With its setting, where that makes a difference.
  static String proxy(Cell cell) {
    return switch (cell.setting()) {
      case DIRECT -> "direct";
      case DEFAULT -> cell.proxy();
      case RECOMMENDED -> cell.proxy() + ", recommended";
    };
  }

  private static Map<String, List<Cell>> grouped(List<Cell> cells, Function<Cell, String> by) {
    return cells.stream()
        .collect(Collectors.groupingBy(by, LinkedHashMap::new, Collectors.toList()));
  }

  private double y(int column, String name) {
    List<String> names = List.copyOf(columns.get(column).keySet());
    double step = (double) height / names.size();
    return step * (names.indexOf(name) + 0.5);
  }

  private String draw() {
    svg.append("<svg class=\"chain\" role=\"img\" viewBox=\"0 0 %d %d\">".formatted(WIDTH, height));
    svg.append("<title>Clients, proxies and servers, and who was heard</title>");
    edges(0, cell -> cell.client(), ChainMap::proxy);
    edges(1, ChainMap::proxy, cell -> cell.server());
    for (int column = 0; column < NAMES.size(); column++) {
      nodes(column);
    }
    return svg.append("</svg>").toString();
  }

  private void edges(int column, Function<Cell, String> from, Function<Cell, String> to) {
    grouped(cells, cell -> from.apply(cell) + "\n" + to.apply(cell))
        .forEach((_, between) -> {
          String start = from.apply(between.getFirst());
          String end = to.apply(between.getFirst());
          edge(column, y(column, start), y(column + 1, end), start + " → " + end, between);
        });
  }

  private void edge(int column, double from, double to, String name, List<Cell> between) {
    int start = COLUMNS[column] + BOX;
    int end = COLUMNS[column + 1];
    int middle = (start + end) / 2;
    svg.append(
        "<path class=\"edge %s\" d=\"M%d %sC%d %s %d %s %d %s\"><title>%s</title></path>"
            .formatted(
                Hearing.of(between).code(),
                start,
                Figures.svg(from),
                middle,
                Figures.svg(from),
                middle,
                Figures.svg(to),
                end,
                Figures.svg(to),
                Html.escape(name + ": " + score(between))));
  }

  private void nodes(int column) {
    columns
        .get(column)
        .forEach((name, of) -> {
          double y = y(column, name);
          svg.append(
              "<g class=\"node %s\" tabindex=\"0\" role=\"button\" data-%s=\"%s\">"
                  .formatted(Hearing.of(of).code(), NAMES.get(column), Html.escape(name)));
          svg.append("<title>%s</title>".formatted(Html.escape(name + ": " + score(of))));
          svg.append(
              "<rect x=\"%d\" y=\"%s\" width=\"%d\" height=\"%d\" rx=\"4\"/>"
                  .formatted(COLUMNS[column], Figures.svg(y - 10), BOX, 20));
          svg.append(
              "<text x=\"%d\" y=\"%s\">%s</text></g>"
                  .formatted(COLUMNS[column] + 8, Figures.svg(y + 4), Html.escape(name)));
        });
  }

  private static String score(List<Cell> of) {
    return "heard %d of %d".formatted(Hearing.heard(of), Hearing.trials(of));
  }
}
