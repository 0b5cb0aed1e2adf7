package dev.hangup;

import org.jspecify.annotations.Nullable;

/// One operation inside [Work#abortable]: aborted again and again until it is left.
///
/// `gone` is set and `aborting` is read under the tree's lock: no abort begins after the operation
/// has returned, and the region is not left while one is in flight.
final class Region extends Entry {
  private static final long FIRST_PAUSE_MILLIS = 4;
  private static final long LONGEST_PAUSE_MILLIS = 500;

  final @Nullable Region outer;
  private final Work work;
  private final Abort abort;
  private final Abort.Interrupt policy;
  private final Run run;

  // Guarded by work.lock
  private boolean gone;
  private @Nullable Thread aborter;

  Region(Work work, Abort abort, Run run) {
    this.work = work;
    this.abort = abort;
    this.policy = abort.interrupt();
    this.run = run;
    this.outer = run.region;
  }

  /// Begins; nothing is aborted before this, and a work that is cancelled refuses.
  void enter() {
    synchronized (run.work.lock) {
      run.region = this;
    }
    try {
      work.add(this);
    } catch (RuntimeException refused) {
      uncoverRun();
      throw refused;
    }
  }

  /// Ends. Waits for an abort in flight. Returns the reason if the work was cancelled by now.
  @Nullable CancelReason leave() {
    CancelReason reason;
    synchronized (work.lock) {
      gone = true;
      work.lock.notifyAll();
      if (aborter != null) {
        Waiting.uninterruptibly(work.lock, () -> aborter == null);
      }
      work.remove(this);
      reason = work.cancelReason();
    }
    uncoverRun();
    return reason;
  }

  private void uncoverRun() {
    synchronized (run.work.lock) {
      run.region = outer;
    }
  }

  /// Under the lock: the thread inside, and those above it, must not be interrupted now.
  boolean holds(long now) {
    return switch (policy) {
      case NEVER -> true;
      case AT_ONCE -> false;
      case AFTER_GRACE -> {
        Stop stop = work.stop();
        yield stop == null || now - stop.graceEnd < 0;
      }
    };
  }

  /// On a virtual thread of its own, from the cancel until the region is left.
  void abortUntilGone(Stop stop) {
    long pause = FIRST_PAUSE_MILLIS;
    for (int attempt = 0; begin(); attempt++) {
      stop.aborting(attempt);
      try {
        abort.abort(stop.reason, attempt);
      } catch (Throwable failure) {
        if (attempt == 0) {
          Log.abortFailed(failure);
        }
      }
      if (!awaitNext(pause)) {
        return;
      }
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
  }

  private boolean begin() {
    synchronized (work.lock) {
      if (gone) {
        return false;
      }
      aborter = Thread.currentThread();
      return true;
    }
  }

  private boolean awaitNext(long pauseMillis) {
    Deadline next = Deadline.after(java.time.Duration.ofMillis(pauseMillis));
    synchronized (work.lock) {
      aborter = null;
      work.lock.notifyAll();
      for (long left = pauseMillis; !gone && left > 0; left = next.remaining().toMillis()) {
        try {
          work.lock.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
      return !gone;
    }
  }
}
