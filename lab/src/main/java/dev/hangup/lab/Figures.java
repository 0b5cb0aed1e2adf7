package dev.hangup.lab;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// Numbers, and how they are written.
final class Figures {
  private Figures() {}

  /// The nearest rank: 50 for the median. NaN where there is nothing.
  static double percentile(List<Double> values, int percent) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = values.stream().sorted().toList();
    int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
    return sorted.get(Math.max(0, rank - 1));
  }

  static double mean(Collection<? extends Number> values) {
    return values.stream().mapToDouble(Number::doubleValue).average().orElse(Double.NaN);
  }

  /// For instance `0.4 ms`, `12 ms`, `3.1 s`; nothing for what is no number.
  static String millis(double millis) {
    if (Double.isNaN(millis)) {
      return "";
    }
    if (millis < 0.05) {
      return "≤0.1 ms";
    }
    if (millis >= 1_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1_000);
    }
    return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
  }

  /// For instance `512`, `32 kB`, `1.2 MB`.
  static String bytes(double bytes) {
    if (Double.isNaN(bytes)) {
      return "";
    }
    if (bytes >= 1e6) {
      return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
    return String.format(
        Locale.ROOT, bytes >= 1e3 ? "%.0f kB" : "%.0f", bytes / (bytes >= 1e3 ? 1e3 : 1));
  }

  /// For instance `3`, `2.5`.
  static String count(double count) {
    return Double.isNaN(count)
        ? ""
        : String.format(Locale.ROOT, count == Math.rint(count) ? "%.0f" : "%.1f", count);
  }

  static String svg(double coordinate) {
    return String.format(Locale.ROOT, "%.1f", coordinate);
  }
}
