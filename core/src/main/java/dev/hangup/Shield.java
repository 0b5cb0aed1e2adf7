package dev.hangup;

import org.jspecify.annotations.Nullable;

/// A shield held somewhere in a work: while it lasts, and its budget with it, nothing above is
/// interrupted, for an interrupted owner of structured tasks interrupts them in turn.
///
/// What runs inside is a tree of its own, so no cancel from outside finds it. The thread's outer
/// run is covered first, which waits for an interrupt that is being sent; only then the flag can be
/// cleared for good.
final class Shield extends Entry {
  private final Deadline budget;

  private Shield(Deadline budget) {
    this.budget = budget;
  }

  /// Under the lock.
  boolean holds() {
    return !budget.isExpired();
  }

  /// Runs the operation out of the cancel's reach; after it, flag and cancel are as they were.
  static <T extends @Nullable Object, X extends Throwable> T run(
      Work work, Deadline budget, Op<T, X> op) throws X {
    Run outer = Run.ofThisThread();
    if (outer != null) {
      outer.cover();
    }
    Shield shield = new Shield(budget);
    boolean held = work.hold(shield);
    boolean flag = Thread.interrupted();
    CancelScope.Options options = work.options();
    Work inside =
        Work.open(Work.NONE, options.withName("shield of " + work.name()).withDeadline(budget));
    try {
      return inside.invoke(op);
    } finally {
      inside.close();
      if (flag) {
        Thread.currentThread().interrupt();
      }
      if (held) {
        work.drop(shield);
      }
      if (outer != null) {
        outer.uncover();
      }
    }
  }
}
