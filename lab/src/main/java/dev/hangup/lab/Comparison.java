package dev.hangup.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Two runs, experiment by experiment.
///
/// @param before the one
/// @param after the other
/// @param changes of all that differ; what is alike is left out
/// @param alike how many do not differ
record Comparison(Run before, Run after, List<Change> changes, int alike) {
  /// A latency is another where it is more than so many times the other, and their trials lie
  /// apart.
  private static final double MUCH = 2;

  private static final double NOTHING_MILLIS = 2;

  /// One experiment. At least one of the two is there.
  ///
  /// @param id its id
  /// @param before null where it is new
  /// @param after null where it is gone
  /// @param kind how it differs
  record Change(String id, @Nullable Cell before, @Nullable Cell after, Kind kind) {
    boolean isInBoth() {
      return kind != Kind.NEW && kind != Kind.GONE;
    }
  }

  /// How an experiment differs.
  enum Kind {
    WORSE("heard less"),
    BETTER("heard more"),
    FALSE("other false hang-ups"),
    SLOWER("slower"),
    FASTER("faster"),
    NEW("new"),
    GONE("gone");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /// For people.
    String text() {
      return text;
    }

    /// For style sheets.
    String style() {
      return switch (this) {
        case WORSE, FALSE -> "none";
        case BETTER -> "all";
        case SLOWER, FASTER -> "some";
        case NEW, GONE -> "unknown";
      };
    }
  }

  static Comparison of(Run before, Run after) {
    Map<String, Cell> later = new LinkedHashMap<>();
    after.cells().forEach(cell -> later.put(cell.id(), cell));
    List<Change> changes = new ArrayList<>();
    int alike = 0;
    for (Cell cell : before.cells()) {
      Cell other = later.remove(cell.id());
      Kind kind = other == null ? Kind.GONE : kind(cell, other);
      if (kind == null) {
        alike++;
      } else {
        changes.add(new Change(cell.id(), cell, other, kind));
      }
    }
    later.forEach((id, cell) -> changes.add(new Change(id, null, cell, Kind.NEW)));
    return new Comparison(before, after, List.copyOf(changes), alike);
  }

  private static @Nullable Kind kind(Cell before, Cell after) {
    if (before.trials() == 0 || after.trials() == 0) {
      return before.trials() == after.trials() ? null : before.trials() == 0 ? Kind.NEW : Kind.GONE;
    }
    int ratio = Double.compare(share(after), share(before));
    if (ratio != 0) {
      return ratio < 0 ? Kind.WORSE : Kind.BETTER;
    }
    if ((before.falseHangUps() == 0) != (after.falseHangUps() == 0)) {
      return Kind.FALSE;
    }
    if (overlap(before.toldMillis(), after.toldMillis())) {
      return null; // noise
    }
    double was = Math.max(NOTHING_MILLIS, Figures.percentile(before.toldMillis(), 50));
    double is = Math.max(NOTHING_MILLIS, Figures.percentile(after.toldMillis(), 50));
    return is > was * MUCH ? Kind.SLOWER : was > is * MUCH ? Kind.FASTER : null;
  }

  /// Whether one run's slowest is not faster than the other's fastest.
  private static boolean overlap(List<Double> some, List<Double> others) {
    return some.isEmpty()
        || others.isEmpty()
        || (Collections.max(some) >= Collections.min(others)
            && Collections.max(others) >= Collections.min(some));
  }

  private static double share(Cell cell) {
    return (double) Hearing.right(cell) / cell.trials();
  }

  private String summary() {
    long differ = changes.stream().filter(Change::isInBoth).count();
    return "%d experiments differ, %d are alike; %d were made before alone, %d after alone."
        .formatted(
            differ,
            alike,
            changes.stream().filter(change -> change.kind() == Kind.GONE).count(),
            changes.stream().filter(change -> change.kind() == Kind.NEW).count());
  }

  /// For people, at a terminal: of what is in both.
  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append(summary()).append("\n\n");
    List<Change> told = changes.stream().filter(Change::isInBoth).toList();
    if (told.isEmpty()) {
      return text.toString();
    }
    text.append(
        Markdown.head("experiment", "", "heard before", "after", "told p50 before", "after"));
    for (Change change : told) {
      text.append(
          Markdown.row(
              Markdown.escape(change.id()),
              change.kind().text(),
              score(change.before()),
              score(change.after()),
              told(change.before()),
              told(change.after())));
    }
    return text.toString();
  }

  /// The same, to be opened in a browser.
  String page() {
    StringBuilder html = new StringBuilder("<h1>Two runs</h1>");
    html.append(
        "<p>Before: %s. After: %s. %s A latency is called another where it is more than twice the other, and no trial of"
                .formatted(Html.escape(before.started()), Html.escape(after.started()), summary())
            + " the one is as fast as any of the other.</p>");
    html.append(Html.scroll("changes")).append("<table class=\"sorts\"><thead><tr>");
    html.append(Html.heads(List.of("experiment", "change", "heard before", "after", "p50 before")));
    html.append("<th>told before").append(LatencyStrip.axis()).append("</th>");
    html.append(Html.heads(List.of("p50 after")));
    html.append("<th>told after").append(LatencyStrip.axis()).append("</th></tr></thead><tbody>");
    for (Change change : changes) {
      html.append(
          "<tr><td>%s</td><td><span class=\"badge %s\">%s</span></td><td>%s</td><td>%s</td>"
              .formatted(
                  Html.escape(change.id()),
                  change.kind().style(),
                  change.kind().text(),
                  score(change.before()),
                  score(change.after())));
      times(html, change.before());
      times(html, change.after());
      html.append("</tr>\n");
    }
    return Page.of("Two runs", html.append("</tbody></table></div>").toString());
  }

  private static void times(StringBuilder html, @Nullable Cell cell) {
    List<Double> told = cell == null ? List.of() : cell.toldMillis();
    double median = Figures.percentile(told, 50);
    html.append(
        "<td class=\"number\" data-v=\"%s\">%s</td><td>%s</td>"
            .formatted(
                Double.isNaN(median) ? "" : median, Figures.millis(median), LatencyStrip.of(told)));
  }

  private static String score(@Nullable Cell cell) {
    return cell == null ? "" : CellTable.score(cell);
  }

  private static String told(@Nullable Cell cell) {
    return cell == null ? "" : Figures.millis(Figures.percentile(cell.toldMillis(), 50));
  }
}
