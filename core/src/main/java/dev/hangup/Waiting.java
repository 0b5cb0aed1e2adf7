package dev.hangup;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A thread that waits for something to become true in a tree of work.
///
/// Conditions are evaluated under the tree's lock, by whoever changes something ([Work#changed()]),
/// and only the threads whose condition holds are woken. (A monitor's own `wait` wakes virtual
/// threads by way of another thread, which takes several times as long, and `notifyAll` costs also
/// when nobody waits.)
final class Waiting {
  private final Thread thread = Thread.currentThread();
  private final BooleanSupplier condition;

  // Guarded by the tree's lock
  private @Nullable Waiting next;

  private volatile boolean over;

  private Waiting(BooleanSupplier condition) {
    this.condition = condition;
  }

  /// Waits until the condition holds; an interrupt does not end the wait and is restored after it.
  static void uninterruptibly(Work root, BooleanSupplier condition) {
    Waiting waiting = begin(root, condition);
    boolean interrupted = false;
    while (waiting != null && !waiting.over) {
      LockSupport.park(root);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits until the condition holds or the time is over. An interrupt that comes with a cancel of
  /// the calling thread's work becomes a [CancelledException].
  static void until(Work root, BooleanSupplier condition, @Nullable Deadline end)
      throws InterruptedException {
    Waiting waiting = begin(root, condition);
    while (waiting != null && !waiting.over) {
      if (Thread.interrupted()) {
        waiting.giveUp(root);
        Cancellation.current().check();
        throw new InterruptedException();
      }
      if (end == null) {
        LockSupport.park(root);
      } else if (end.isExpired()) {
        waiting.giveUp(root);
        return;
      } else {
        LockSupport.parkNanos(root, end.remainingNanos());
      }
    }
  }

  /// Returns null if there is nothing to wait for.
  private static @Nullable Waiting begin(Work root, BooleanSupplier condition) {
    synchronized (root) {
      if (condition.getAsBoolean()) {
        return null;
      }
      Waiting waiting = new Waiting(condition);
      waiting.next = root.waiting;
      root.waiting = waiting;
      return waiting;
    }
  }

  private void giveUp(Work root) {
    synchronized (root) {
      drop(root, each -> each == this);
    }
  }

  /// Under the lock: ends the waits whose conditions hold.
  static void wake(Work root) {
    drop(root, Waiting::end);
  }

  private boolean end() {
    if (!condition.getAsBoolean()) {
      return false;
    }
    over = true;
    LockSupport.unpark(thread);
    return true;
  }

  private static void drop(Work root, Predicate<Waiting> which) {
    Waiting kept = null;
    for (Waiting each = root.waiting; each != null; each = each.next) {
      if (!which.test(each)) {
        kept = each;
      } else if (kept == null) {
        root.waiting = each.next;
      } else {
        kept.next = each.next;
      }
    }
  }
}
