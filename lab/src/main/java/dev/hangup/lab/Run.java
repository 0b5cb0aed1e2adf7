package dev.hangup.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A run of the lab: what was tried, with what, and what was found.
///
/// @param version of this shape, [#VERSION]
/// @param started when, as ISO 8601 has it
/// @param seconds how long it took
/// @param trials how often each experiment was to be made
/// @param machine where
/// @param versions of the programs and libraries that took part, by their names
/// @param leftOut what was not tried, and why
/// @param cells the experiments that were made, in order
record Run(
    int version,
    String started,
    double seconds,
    int trials,
    Machine machine,
    Map<String, String> versions,
    List<LeftOut> leftOut,
    List<Cell> cells) {
  static final int VERSION = 1;

  Run {
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    leftOut = List.copyOf(leftOut);
    cells = List.copyOf(cells);
  }

  /// After one more experiment, or with none more.
  Run with(
      @Nullable Cell cell,
      double after,
      Map<String, String> versionsNow,
      List<LeftOut> leftOutNow) {
    List<Cell> more = new ArrayList<>(cells);
    if (cell != null) {
      more.add(cell);
    }
    return new Run(version, started, after, trials, machine, versionsNow, leftOutNow, more);
  }

  /// What is to be resumed: experiments that could not be made are to be tried again.
  Run withoutProblems() {
    List<Cell> made = cells.stream().filter(cell -> cell.problem() == null).toList();
    return new Run(version, started, seconds, trials, machine, versions, List.of(), made);
  }
}
