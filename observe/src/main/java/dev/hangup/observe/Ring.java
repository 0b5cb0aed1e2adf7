package dev.hangup.observe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// The last few of many. For any thread.
///
/// @param <T> what is kept
final class Ring<T> {
  private final int capacity;

  // Guarded by this
  private final Deque<T> kept = new ArrayDeque<>();
  private long added;

  Ring(int capacity) {
    this.capacity = capacity;
  }

  synchronized void add(T item) {
    if (kept.size() == capacity) {
      kept.removeFirst();
    }
    kept.addLast(item);
    added++;
  }

  /// How many there have been.
  synchronized long added() {
    return added;
  }

  /// Those that were added after so many and until there were so many, the oldest first; those that
  /// were dropped are missing.
  synchronized List<T> between(long count, long until) {
    List<T> found = new ArrayList<>();
    long number = added - kept.size();
    for (T item : kept) {
      number++;
      if (number > count && number <= until) {
        found.add(item);
      }
    }
    return found;
  }
}
