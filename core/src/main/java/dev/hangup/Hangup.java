package dev.hangup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Races, hedges and deadlines over tasks, as children of the current work.
///
/// {@snippet class="dev.hangup.SnippetsTest" region="race"}
///
/// Each method returns, or throws, only when every task that it started has ended: a loser is
/// cancelled **and awaited**, so a loser that ignores its cancel delays the answer (and is reported
/// as a straggler). When the current work is cancelled, all tasks are, and the method throws
/// [CancelledException].
public final class Hangup {
  private Hangup() {}

  /// Runs all tasks at once, each on a virtual thread. The first to succeed wins; the others are
  /// cancelled with [CancelReason.Application].
  ///
  /// @param <T> the tasks' value
  /// @param tasks at least one
  /// @return the winner's value
  /// @throws CancelledException if the current work was cancelled
  /// @throws Exception if all failed: the first failure, with the others suppressed
  /// @throws IllegalArgumentException if there is no task
  public static <T> T race(List<? extends Callable<? extends T>> tasks) throws Exception {
    return hedge(Duration.ZERO, tasks);
  }

  /// Runs the first task; as long as none has succeeded, starts one more after each delay, and at
  /// once when all that were started have failed. The first to succeed wins; the others are
  /// cancelled.
  ///
  /// @param <T> the tasks' value
  /// @param delay how long to wait before the next task, zero or more
  /// @param tasks at least one
  /// @return the winner's value
  /// @throws CancelledException if the current work was cancelled
  /// @throws Exception if all failed: the first failure, with the others suppressed
  /// @throws IllegalArgumentException if there is no task or the delay is negative
  public static <T> T hedge(Duration delay, List<? extends Callable<? extends T>> tasks)
      throws Exception {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay: " + delay + " (expected: zero or more)");
    }
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("tasks: none (expected: at least one)");
    }
    tasks.forEach(task -> Objects.requireNonNull(task, "task"));
    try (CancelScope scope = CancelScope.open(options -> options.withName("race"))) {
      Race<T> race = new Race<>(scope);
      for (Callable<? extends T> task : tasks.subList(0, tasks.size() - 1)) {
        race.start(task);
        if (race.await(Deadline.after(delay)) != null) {
          return race.finish();
        }
      }
      race.start(tasks.getLast());
      race.await(null);
      return race.finish();
    }
  }

  /// Runs a task on the calling thread with a deadline of its own.
  ///
  /// @param <T> the task's value
  /// @param timeout how long it may take; the current deadline holds where it is earlier
  /// @param task what to do
  /// @return its value
  /// @throws CancelledException with [CancelReason.DeadlineExceeded] if the time was over, or with
  ///   the reason of the current work
  /// @throws Exception what the task threw
  /// @throws IllegalArgumentException if the timeout is negative
  public static <T extends @Nullable Object> T withDeadline(Duration timeout, Callable<T> task)
      throws Exception {
    Objects.requireNonNull(task, "task");
    try (CancelScope scope =
        CancelScope.open(options -> options.withName("deadline").withTimeout(timeout))) {
      return scope.call(task);
    }
  }

  /// The runners so far. Used by the one thread that waits.
  private static final class Race<T> {
    private final CancelScope scope;
    private final Work work;
    private final List<Fork<T>> forks = new ArrayList<>();

    Race(CancelScope scope) {
      this.scope = scope;
      this.work = (Work) scope.cancellation();
    }

    void start(Callable<? extends T> task) {
      forks.add(scope.forks().fork(task, false));
    }

    /// Waits for a winner, until all have failed, or until the time is over.
    @Nullable Fork<T> await(@Nullable Deadline until) throws InterruptedException {
      Waiting.until(work.root, () -> winner() != null || allDone(), until);
      return winner();
    }

    T finish() throws Exception {
      Fork<T> winner = winner();
      if (winner != null) {
        if (scope.forks().isRunning()) {
          scope.cancel(new CancelReason.Application("lost the race"));
        }
        return winner.join();
      }
      work.check();
      Throwable first = null;
      for (Fork<T> fork : forks) {
        Throwable failure = fork.failure().orElseThrow();
        if (first == null) {
          first = failure;
        } else if (first != failure) {
          first.addSuppressed(failure);
        }
      }
      throw Forks.asException(Objects.requireNonNull(first));
    }

    @SuppressWarnings("unchecked") // all forks of this scope are the race's
    private @Nullable Fork<T> winner() {
      return (Fork<T>) scope.forks().firstSuccess();
    }

    private boolean allDone() {
      return forks.stream().allMatch(Fork::isDone);
    }
  }
}
