package dev.hangup.watch;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Watches that wait until they are due, in the order of their coming, which is that of their due
/// times as all wait equally long. Most are closed before: they cost an entry here and no more, and
/// not for longer than [#KEPT_NANOS].
///
/// Any thread adds; the watcher's thread sleeps and takes. It looks about once in a patience,
/// however many come: it sleeps until the first that is still **open** is due, and where there is
/// none, for a whole patience more, since nothing that comes meanwhile is due before. If nothing
/// has come by then, it sleeps without end, and who adds wakes it: the sleeper says that it sleeps
/// **before** it looks at the queue for the last time, the adder adds before it reads that.
final class Patience {
  static final long KEPT_NANOS = 250_000_000;

  private final Queue<Watch> queue = new ConcurrentLinkedQueue<>();
  private final Runnable wake;
  private volatile boolean asleep; // and not to wake up for the queue's sake

  // Only the watcher's thread
  private long cleaned = System.nanoTime();
  private long lull; // how long nothing that comes is due; 0 if nothing has come of late

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

  /// Says how long the thread will sleep.
  ///
  /// @return nanoseconds until the first may be due, or forgotten; less than 0 if there is none
  long fallAsleep() {
    Watch first = queue.peek();
    if (first == null && lull > 0) {
      long quiet = lull;
      lull = 0;
      return Math.min(quiet, KEPT_NANOS);
    }
    asleep = true;
    first = queue.peek();
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
    for (Watch first = over(now); first != null; first = over(now)) {
      queue.remove();
      lull = first.patience;
      if (first.isOpen()) {
        action.accept(first);
      }
    }
    if (now - cleaned >= KEPT_NANOS) {
      cleaned = now;
      queue.removeIf(watch -> !watch.isOpen());
    }
  }

  private @Nullable Watch over(long now) {
    Watch first = queue.peek();
    return first == null || (first.isOpen() && first.due - now > 0) ? null : first;
  }

  int size() {
    return queue.size();
  }
}
