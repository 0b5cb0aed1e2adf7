package dev.hangup.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// What came of the trials of one departure with one server.
final class Latencies {
  private final List<Trial> told = new ArrayList<>();
  private int trials;

  /// Three moments of a trial, in nanoseconds of one clock.
  record Trial(long left, long told, long stopped) {

    /// Of what a server said: when it was told and when it stopped.
    static Trial of(long left, String toldAndStopped) {
      int space = toldAndStopped.indexOf(' ');
      return new Trial(
          left,
          Long.parseLong(toldAndStopped.substring(0, space)),
          Long.parseLong(toldAndStopped.substring(space + 1)));
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
