package dev.hangup.watch;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Watches that wait until they are due, in the order of their coming, which is that of their due
/// times as all wait equally long. Most are closed before: they cost an entry here and no more, and
/// not for longer than [#KEPT_NANOS].
///
/// Any thread adds; the watcher's thread sleeps and takes. Who adds to an empty queue wakes it: the
/// sleeper says that it sleeps **before** it looks at the queue for the last time, the adder adds
/// before it reads that.
final class Patience {
  static final long KEPT_NANOS = 250_000_000;

  private final Queue<Watch> queue = new ConcurrentLinkedQueue<>();
  private final Runnable wake;
  private volatile boolean asleep; // and not to wake up for the queue's sake
  private long cleaned = System.nanoTime(); // only the watcher's thread

  Patience(Runnable wake) {
    this.wake = wake;
  }

  void add(Watch watch) {
    queue.add(watch);
    if (asleep) {
      asleep = false;
      wake.run();
    }
  }

  /// Says that the thread will sleep as long as the queue is empty.
  ///
  /// @return nanoseconds until the first is due, or may be forgotten; less than 0 if there is none
  long fallAsleep() {
    asleep = true;
    Watch first = queue.peek();
    if (first == null) {
      return -1;
    }
    asleep = false;
    return Math.clamp(first.due - System.nanoTime(), 0, KEPT_NANOS);
  }

  void wakeUp() {
    asleep = false;
  }

  /// Takes out those that are due and still open, and forgets those that are closed.
  void takeDue(Consumer<Watch> action) {
    long now = System.nanoTime();
    for (Watch first = due(now); first != null; first = due(now)) {
      queue.remove();
      if (first.isOpen()) {
        action.accept(first);
      }
    }
    if (now - cleaned >= KEPT_NANOS) {
      cleaned = now;
      queue.removeIf(watch -> !watch.isOpen());
    }
  }

  private @Nullable Watch due(long now) {
    Watch first = queue.peek();
    return first == null || first.due - now > 0 ? null : first;
  }

  int size() {
    return queue.size();
  }
}
