package dev.hangup.lab;

import java.util.List;

/// Work that nobody waited for any more, as a bar.
final class WasteBar {
  private static final int WIDTH = 40;
  private static final int HEIGHT = 10;

  private WasteBar() {}

  /// @param most what fills it
  static String of(List<Integer> steps, double most) {
    double mean = Figures.mean(steps);
    if (Double.isNaN(mean)) {
      return "";
    }
    double width = mean <= 0 || most <= 0 ? 0 : Math.max(1, mean / most * WIDTH);
    return """
    <svg class="waste" role="img" width="%d" height="%d"><title>%s steps wasted</title>\
    <rect class="bar" width="%s" height="%d" rx="2"/></svg> %s\
    """
        .formatted(
            WIDTH, HEIGHT, Figures.count(mean), Figures.svg(width), HEIGHT, Figures.count(mean));
  }
}
