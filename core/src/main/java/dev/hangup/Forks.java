package dev.hangup;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/// The forks of one scope: started, counted, and the first failure kept.
///
/// A fork is a run of a work of its own, entered by the thread that forks: so a scope that is
/// closed right after it already knows of it. It is counted down last, when its outcome is set and
/// its run is left.
final class Forks {
  static final CancelScope.Options OPTIONS = CancelScope.Options.DEFAULTS.withName("fork");
  private static final ThreadFactory THREADS = Thread.ofVirtual().name("hangup-fork").factory();

  private final Work work;

  // Guarded by work.root
  private int running;
  private @Nullable Throwable first;
  private @Nullable Fork<?> success;

  Forks(Work work) {
    this.work = work;
  }

  /// Starts a task. A failure of one that is vital cancels the others and is thrown by [#join()].
  <T extends @Nullable Object> Fork<T> fork(Callable<? extends T> task, boolean vital) {
    work.reach(CancellationPoint.FORK);
    Fork<T> fork = new Fork<>(work.root);
    Work own = Work.open(work, OPTIONS);
    Execution<T> execution = new Execution<>(fork, own, task, vital);
    Thread thread = THREADS.newThread(execution);
    Run run = Run.of(own, thread);
    try {
      own.add(run);
    } catch (CancelledException refused) {
      own.close();
      synchronized (work.root) {
        fork.complete(null, refused);
      }
      return fork;
    }
    execution.run = run;
    synchronized (work.root) {
      running++;
    }
    try {
      thread.start();
    } catch (Throwable refused) {
      run.leave();
      execution.end(null, refused, null);
      throw refused;
    }
    return fork;
  }

  void join() throws Exception {
    try {
      Waiting.until(work.root, () -> running == 0, null);
    } catch (CancelledException cancelled) {
      if (firstFailure() == null) {
        throw cancelled;
      }
      awaitAll(); // a fork that failed has cancelled the thread that joins too: the failure is what
      // counts
    }
    Throwable failure = firstFailure();
    if (failure != null) {
      throw asException(failure);
    }
    work.check();
  }

  private @Nullable Throwable firstFailure() {
    synchronized (work.root) {
      return first;
    }
  }

  /// The first fork to have ended well.
  @Nullable Fork<?> firstSuccess() {
    synchronized (work.root) {
      return success;
    }
  }

  /// Waits for the last fork's outcome, after its run has been left.
  void awaitAll() {
    Waiting.uninterruptibly(work.root, () -> running == 0);
  }

  boolean isRunning() {
    synchronized (work.root) {
      return running > 0;
    }
  }

  /// What a fork threw, to be thrown by who waits for it.
  static Exception asException(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (Exception) failure;
  }

  /// One fork on its thread.
  private final class Execution<T extends @Nullable Object> implements Runnable {
    private final Fork<T> fork;
    private final Work own;
    private final Callable<? extends T> task;
    private final boolean vital;
    private @Nullable Run run;

    Execution(Fork<T> fork, Work own, Callable<? extends T> task, boolean vital) {
      this.fork = fork;
      this.own = own;
      this.task = task;
      this.vital = vital;
    }

    @Override
    public void run() {
      Run entered = Objects.requireNonNull(run);
      T value = null;
      Throwable failure = null;
      try {
        own.check();
        value = ScopedValue.where(Run.CURRENT, entered).<T, Exception>call(task::call);
      } catch (Throwable thrown) {
        failure = thrown;
      }
      CancelReason why = own.cancelReason();
      entered.leave();
      own.close();
      end(value, failure, why);
    }

    private void end(@Nullable T value, @Nullable Throwable failure, @Nullable CancelReason why) {
      boolean cancelOthers = false;
      Throwable outcome = failure;
      if (why != null && failure instanceof Exception && !(failure instanceof CancelledException)) {
        outcome = new CancelledException(why, failure);
      }
      synchronized (work.root) {
        fork.complete(value, outcome);
        if (failure == null && success == null) {
          success = fork;
        }
        if (failure != null && vital) {
          cancelOthers = keep(failure);
        }
      }
      if (cancelOthers && failure != null) {
        work.cancel(new CancelReason.SiblingFailed(failure));
      }
      synchronized (work.root) {
        running--;
        work.changed();
      }
    }

    /// Under the lock. Returns whether this failure is the first, not the consequence of a cancel.
    private boolean keep(Throwable failure) {
      Throwable earlier = first;
      if (earlier == null) {
        if (work.cancelReason() != null && failure instanceof Exception) {
          return false;
        }
        first = failure;
        return true;
      }
      if (failure != earlier
          && !(failure instanceof CancelledException)
          && !(failure instanceof InterruptedException)) {
        earlier.addSuppressed(failure);
      }
      return false;
    }
  }
}
