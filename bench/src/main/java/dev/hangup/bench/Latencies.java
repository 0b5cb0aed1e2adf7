package dev.hangup.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What came of the trials of one departure with one server.
final class Latencies {
  private final List<Trial> told = new ArrayList<>();
  private int trials;

  /// Moments of a trial, in nanoseconds of one clock.
  ///
  /// @param left right before the client left
  /// @param heard when the server knew; where it does not say so, when it told
  /// @param told when the handler's action ran
  /// @param stopped when the handler's thread went on
  record Trial(long left, long heard, long told, long stopped) {

    /// Of what a server said: when it heard, if it says so, when it told, and when it stopped.
    static Trial of(long left, String moments) {
      long[] at = Stream.of(moments.split(" ")).mapToLong(Long::parseLong).toArray();
      return new Trial(left, at[0], at[at.length - 2], at[at.length - 1]);
    }
  }

  /// Adds a trial; null for one whose handler was not told in time.
  void add(@Nullable Trial trial) {
    trials++;
    if (trial != null) {
      told.add(trial);
    }
  }

  int missed() {
    return trials - told.size();
  }

  String toldOfTrials() {
    return told.size() + "/" + trials;
  }

  /// The median, the 99th percentile and the greatest of a time, in microseconds.
  String summary(ToLongFunction<Trial> time) {
    if (told.isEmpty()) {
      return "–";
    }
    long[] nanos = told.stream().mapToLong(time).sorted().toArray();
    return micros(percentile(nanos, 50))
        + " / "
        + micros(percentile(nanos, 99))
        + " / "
        + micros(percentile(nanos, 100));
  }

  private static String micros(long nanos) {
    return String.format(Locale.ROOT, "%,.0f", nanos / 1_000.0);
  }

  /// The smallest of the values that so many percent of them do not exceed.
  static long percentile(long[] sorted, int percent) {
    return sorted[Math.ceilDiv(sorted.length * percent, 100) - 1];
  }
}
