package dev.hangup.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What one server did under one load, round by round.
final class Throughput {
  private final Load load;
  private final Peer peer;
  private final List<Double> perSecond = new ArrayList<>();
  private final List<Double> perCpuSecond = new ArrayList<>();
  private long errors;

  Throughput(Load load, Peer peer) {
    this.load = load;
    this.peer = peer;
  }

  Load load() {
    return load;
  }

  Peer peer() {
    return peer;
  }

  /// @param cpu the server's CPU time in the round
  void add(Load.Result result, Duration cpu) {
    perSecond.add(result.answers() / result.seconds());
    perCpuSecond.add(cpu.isZero() ? 0 : result.answers() * 1e9 / cpu.toNanos());
    errors += result.errors();
  }

  long errors() {
    return errors;
  }

  boolean isValid() {
    return errors == 0;
  }

  List<Double> perSecond() {
    return perSecond;
  }

  List<Double> perCpuSecond() {
    return perCpuSecond;
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /// The median, the least and the greatest.
  static String summary(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return String.format(
        Locale.ROOT, "%,.0f (%,.0f–%,.0f)", median(values), sorted.getFirst(), sorted.getLast());
  }
}
