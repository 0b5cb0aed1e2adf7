package dev.hangup.lab;

import java.util.Collection;

/// One chain as a line from the client to the server: what is heard arrives; what is lost stops at
/// whom the board asks about.
final class Lane {
  private static final int WIDTH = 150;
  private static final int HEIGHT = 18;
  private static final int THICK = 8; // all of it
  private static final int BEGINS = 7;
  private static final int ENDS = WIDTH - 7;

  private Lane() {}

  static String of(Board.Link link, Collection<Cell> cells) {
    int heard = Hearing.heard(cells);
    int trials = Hearing.trials(cells);
    int lost =
        switch (link) {
          case CLIENT -> BEGINS + 30;
          case PROXY -> WIDTH / 2;
          case SERVER -> ENDS - 12;
        };
    StringBuilder svg =
        new StringBuilder(
            "<svg role=\"img\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\"><title>%d of %d hang-ups heard</title>"
                .formatted(WIDTH, HEIGHT, WIDTH, HEIGHT, heard, trials));
    double thick = Hearing.share(cells) * THICK;
    double top = (HEIGHT - THICK) / 2.0;
    bar(svg, "all", top, thick, ENDS);
    bar(svg, "none", top + thick, THICK - thick, lost);
    svg.append("<circle class=\"end\" cx=\"%d\" cy=\"%d\" r=\"5\"/>".formatted(BEGINS, HEIGHT / 2));
    if (link == Board.Link.PROXY) {
      svg.append(
          "<rect class=\"end\" x=\"%d\" y=\"2\" width=\"10\" height=\"14\" rx=\"2\"/>"
              .formatted(WIDTH / 2 - 5));
    }
    svg.append("<circle class=\"end\" cx=\"%d\" cy=\"%d\" r=\"5\"/>".formatted(ENDS, HEIGHT / 2));
    return svg.append("</svg> <span class=\"share\">%d/%d</span>".formatted(heard, trials))
        .toString();
  }

  private static void bar(StringBuilder svg, String style, double y, double height, int end) {
    if (height > 0) {
      svg.append(
          "<rect class=\"bar %s\" x=\"%d\" y=\"%s\" width=\"%d\" height=\"%s\"/>"
              .formatted(style, BEGINS, Figures.svg(y), end - BEGINS, Figures.svg(height)));
    }
  }
}
