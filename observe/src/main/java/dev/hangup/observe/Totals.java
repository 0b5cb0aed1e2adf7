package dev.hangup.observe;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/// Sums over all requests. Bounded, whatever clients send. For any thread.
final class Totals {
  /// The histogram's upper bounds, in milliseconds; one bucket more takes what is above.
  static final long[] BOUNDS = {1, 2, 5, 10, 20, 50, 100, 250, 500, 1_000, 5_000};

  private static final int MOST_ROUTES = 500;
  private static final double LEAST_WEIGHT = 0.05; // of the latest request in a route's mean

  private final ConcurrentMap<String, Mean> means = new ConcurrentHashMap<>();
  private final LongAdder completed = new LongAdder();

  // Guarded by this
  private final long[] timesToStop = new long[BOUNDS.length + 1];
  private final Map<String, Map<String, Long>> reasons = new TreeMap<>();
  private long cancelled;
  private long estimated;
  private long savedNanos;

  /// A request was answered as it should be.
  void completed(String route, long nanos) {
    completed.increment();
    Mean mean = means.get(route);
    if (mean == null && means.size() < MOST_ROUTES) {
      mean = means.computeIfAbsent(route, _ -> new Mean());
    }
    if (mean != null) {
      mean.add(nanos);
    }
  }

  synchronized void cancelled(String reason, String protocol) {
    cancelled++;
    reasons.computeIfAbsent(reason, _ -> new TreeMap<>()).merge(protocol, 1L, Long::sum);
  }

  synchronized void stopped(Duration timeToStop) {
    double millis = timeToStop.toNanos() / 1e6;
    int bucket = 0;
    while (bucket < BOUNDS.length && millis > BOUNDS[bucket]) {
      bucket++;
    }
    timesToStop[bucket]++;
  }

  /// What a request would have gone on for, had it not been stopped after so long; empty where no
  /// request of its route was completed yet.
  OptionalLong saved(String route, long nanos) {
    Mean mean = means.get(route);
    if (mean == null) {
      return OptionalLong.empty();
    }
    long saved = Math.max(0, mean.nanos() - nanos);
    synchronized (this) {
      estimated++;
      savedNanos += saved;
    }
    return OptionalLong.of(saved);
  }

  synchronized void write(JsonText json) {
    json.open('{');
    json.name("completed").value(completed.sum()).name("cancelled").value(cancelled);
    json.name("estimated").value(estimated).name("savedMs").value(savedNanos / 1_000_000);
    json.name("bounds").open('[');
    for (long bound : BOUNDS) {
      json.value(bound);
    }
    json.close(']').name("timesToStop").open('[');
    for (long count : timesToStop) {
      json.value(count);
    }
    json.close(']').name("reasons").open('{');
    reasons.forEach((reason, protocols) -> {
      json.name(reason).open('{');
      protocols.forEach((protocol, count) -> json.name(protocol).value(count));
      json.close('}');
    });
    json.close('}').close('}');
  }

  /// How long a route's requests take: the mean of the first ones, then one that forgets slowly.
  private static final class Mean {
    // Guarded by this
    private double nanos;
    private long count;

    synchronized void add(long took) {
      count++;
      nanos += (took - nanos) * Math.max(1.0 / count, LEAST_WEIGHT);
    }

    synchronized long nanos() {
      return (long) nanos;
    }
  }
}
