package dev.hangup.spring;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What was hung up on: the last ones, and how many in all. Safe for any thread.
final class HangUps {
  private final int most;

  // Guarded by this
  private final Deque<HangUp> last = new ArrayDeque<>();
  private final Map<String, Long> reasons = new TreeMap<>();
  private long stragglers;

  HangUps(int most) {
    this.most = most;
  }

  synchronized void add(HangUp hangUp) {
    reasons.merge(hangUp.reason(), 1L, Long::sum);
    stragglers += hangUp.stragglers().size();
    last.addFirst(hangUp);
    if (last.size() > most) {
      last.removeLast();
    }
  }

  /// The newest first.
  synchronized List<HangUp> last() {
    return List.copyOf(last);
  }

  /// How many by reason.
  synchronized Map<String, Long> reasons() {
    return new TreeMap<>(reasons);
  }

  synchronized long stragglers() {
    return stragglers;
  }
}
