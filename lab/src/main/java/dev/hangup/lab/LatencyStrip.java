package dev.hangup.lab;

import java.util.List;

/// Latencies on a line: a dot each, on a logarithmic axis from 0.1 ms to 100 s.
final class LatencyStrip {
  private static final double LEAST = 0.1;
  private static final int DECADES = 6;
  private static final int WIDTH = 130;
  private static final int HEIGHT = 18;
  private static final int MARGIN = 4;
  private static final List<String> LABELS = List.of("0.1 ms", "", "", "100 ms", "", "", "100 s");

  private LatencyStrip() {}

  private static double x(double millis) {
    double decades = Math.log10(Math.max(LEAST, millis) / LEAST);
    return MARGIN + Math.min(DECADES, decades) / DECADES * (WIDTH - 2.0 * MARGIN);
  }

  private static void begin(StringBuilder svg, int height, String label) {
    svg.append(
        "<svg class=\"strip\" role=\"img\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">"
            .formatted(WIDTH, height, WIDTH, height));
    svg.append("<title>").append(Html.escape(label)).append("</title>");
    for (int decade = 0; decade <= DECADES; decade++) {
      String x = Figures.svg(x(LEAST * Math.pow(10, decade)));
      svg.append("<path class=\"grid\" d=\"M%s 0V%d\"/>".formatted(x, HEIGHT));
    }
  }

  static String of(List<Double> millis) {
    StringBuilder svg = new StringBuilder();
    double median = Figures.percentile(millis, 50);
    begin(
        svg,
        HEIGHT,
        millis.isEmpty()
            ? "never told"
            : "%d told, the median after %s".formatted(millis.size(), Figures.millis(median)));
    if (!millis.isEmpty()) {
      svg.append(
          "<path class=\"median\" d=\"M%s 1V%d\"/>".formatted(Figures.svg(x(median)), HEIGHT - 1));
    }
    for (double one : millis) {
      svg.append(
          "<circle class=\"dot\" cx=\"%s\" cy=\"%d\" r=\"2.6\"/>"
              .formatted(Figures.svg(x(one)), HEIGHT / 2));
    }
    return svg.append("</svg>").toString();
  }

  /// The axis, for the head of a column.
  static String axis() {
    StringBuilder svg = new StringBuilder();
    begin(svg, HEIGHT + 14, "from 0.1 ms to 100 s, logarithmic");
    for (int decade = 0; decade <= DECADES; decade++) {
      String anchor = decade == 0 ? "start" : decade == DECADES ? "end" : "middle";
      svg.append(
          "<text class=\"tick\" x=\"%s\" y=\"%d\" text-anchor=\"%s\">%s</text>"
              .formatted(
                  Figures.svg(x(LEAST * Math.pow(10, decade))),
                  HEIGHT + 11,
                  anchor,
                  LABELS.get(decade)));
    }
    return svg.append("</svg>").toString();
  }
}
