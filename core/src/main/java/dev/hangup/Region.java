package dev.hangup;

import org.jspecify.annotations.Nullable;

/// One operation inside [Work#abortable]: aborted again and again until it is left.
///
/// `gone` and `aborting` change under the tree's lock: no abort begins after the operation has
/// returned, and the region is not left while one is in flight.
final class Region extends Entry {
  private static final long FIRST_PAUSE_MILLIS = 4;
  private static final long LONGEST_PAUSE_MILLIS = 500;

  final @Nullable Region outer;
  private final Work work;
  private final Abort abort;
  private final Abort.Interrupt policy;
  private final Run run;

  // Only the aborter, one after the other
  private boolean failed;

  // Guarded by work.root
  private boolean gone;
  private boolean aborting;

  // Only the operation's thread
  private @Nullable CancelReason reasonAtEnd;

  Region(Work work, Abort abort, Run run) {
    this.work = work;
    this.abort = abort;
    this.policy = abort.interrupt();
    this.run = run;
    this.outer = run.region;
  }

  /// Runs the operation as a region of the run's thread. Once the work is cancelled the outcome
  /// counts for nothing, be it a value or a failure.
  @SuppressWarnings("Finally") // the outcome is replaced on purpose
  static <T extends @Nullable Object, X extends Throwable> T run(
      Work work, Abort abort, Op<T, X> op, Run run) throws X {
    Region region = new Region(work, abort, run);
    region.enter();
    Throwable failure = null;
    try {
      return op.call();
    } catch (Throwable thrown) {
      failure = thrown;
      throw thrown;
    } finally {
      region.leave(failure);
    }
  }

  /// Begins; nothing is aborted before this, and a work that is cancelled refuses.
  private void enter() {
    synchronized (run.work.root) {
      run.region = this;
    }
    try {
      work.add(this);
    } catch (RuntimeException refused) {
      synchronized (run.work.root) {
        run.region = outer;
      }
      throw refused;
    }
  }

  /// Ends. Waits for an abort in flight.
  private void leave(@Nullable Throwable failure) {
    while (!tryLeave()) {
      Waiting.uninterruptibly(work.root, () -> !aborting);
    }
    CancelReason why = reasonAtEnd;
    if (why != null) {
      CancelledException cancelled = work.tell(why, failure);
      work.settle();
      if (!(failure instanceof Error) && !(failure instanceof CancelledException)) {
        throw cancelled;
      }
    }
  }

  private boolean tryLeave() {
    synchronized (work.root) {
      gone = true;
      if (aborting) {
        return false;
      }
      work.remove(this);
      run.region = outer; // of the same tree
      reasonAtEnd = work.cancelReason();
      return true;
    }
  }

  /// Under the lock: the thread inside, and those above it, must not be interrupted now.
  boolean holds(long now) {
    return switch (policy) {
      case NEVER -> true;
      case AT_ONCE -> false;
      case AFTER_GRACE -> {
        Stop stop = work.stop();
        long grace = run.work.options().grace().toNanos();
        yield stop == null || now - (stop.cancelledAt + grace) < 0;
      }
    };
  }

  /// From the cancel until the region is left: one attempt, a pause, the next.
  Launch abortUntilGone(Stop stop) {
    return Launch.start("hangup-abort", () -> attempt(stop, 0, FIRST_PAUSE_MILLIS));
  }

  private void attempt(Stop stop, int attempt, long pauseMillis) {
    if (!begin()) {
      return;
    }
    stop.aborting(attempt);
    try {
      abort.abort(stop.reason, attempt);
    } catch (Throwable failure) {
      if (!failed) {
        failed = true;
        Log.abortFailed(failure);
      }
    }
    if (end()) {
      long longer = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
      Launch.guardedAfter(pauseMillis, "hangup-abort", () -> attempt(stop, attempt + 1, longer));
    }
  }

  private boolean begin() {
    synchronized (work.root) {
      aborting = !gone;
      return aborting;
    }
  }

  /// Returns whether the operation still runs.
  private boolean end() {
    synchronized (work.root) {
      aborting = false;
      work.changed();
      return !gone;
    }
  }
}
