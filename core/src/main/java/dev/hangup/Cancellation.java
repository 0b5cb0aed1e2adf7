package dev.hangup;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The read side of cancellation: all that a handler or a library sees of the work it does.
///
/// [#current()] is the work of the calling thread. Ask it ([#isCancelled()], [#check()]), be told
/// ([#onCancel(Consumer)], [#whenCancelled()]), make what you wait for stop with it
/// ([#abortable(Abort, Op)]), and keep a clean-up out of its reach ([#shielded(Duration, Op)]).
/// Nothing here cancels: that is [CancelScope]'s.
///
/// {@snippet class="dev.hangup.SnippetsTest" region="cancellation"}
///
/// **What a cancel does**, in this order: the reason is set at one instant for the work and all
/// below it; every action and every abort starts, each on a virtual thread of its own; the threads
/// that work are interrupted, once, when no abortable operation or shield is active below them, and
/// those which have thrown a [CancelledException] only after the grace; what still runs when its
/// grace is over is reported as a straggler. An interrupt never reaches a thread after it has left
/// the work, and the flag it may have left is cleared. Work that completes fires nothing.
///
/// **Thread safety**: all methods may be called from any thread.
public sealed interface Cancellation permits Work {

  /// The cancellation of the work that the calling thread does; of no work ([#detached()]) where it
  /// does none. Inherited by the subtasks of the JDK's `StructuredTaskScope`; carried to other
  /// threads by [#wrap(Callable)].
  ///
  /// @return never null
  static Cancellation current() {
    return Run.CURRENT.orElse(Run.NONE).work;
  }

  /// Nobody's work: never cancelled, without a deadline. A task that it wraps outlives the request
  /// that started it: an audit record, an outbox.
  ///
  /// @return always the same
  static Cancellation detached() {
    return Work.NONE;
  }

  /// Tells whether the work was cancelled. Irreversible. Costs a volatile read.
  ///
  /// @return true from the cancel on
  boolean isCancelled();

  /// Why the work was cancelled.
  ///
  /// @return empty as long as it is not
  Optional<CancelReason> reason();

  /// When the work will be cancelled by itself: the earliest deadline of the work and those above
  /// it.
  ///
  /// @return empty where there is none
  Optional<Deadline> deadline();

  /// Throws if the work was cancelled: for loops that compute.
  ///
  /// @throws CancelledException if it was
  void check();

  /// Registers an action to be run on a cancel: at most once, on a virtual thread of its own,
  /// together with all the others and in no order; at once if the work is cancelled already; never
  /// if the work completes. What it throws is logged and stops nothing. An action that never
  /// returns makes the work a straggler.
  ///
  /// @param action receives the reason
  /// @return close it when the action is no longer wanted, at the latest before what it touches is
  ///   reused
  Registration onCancel(Consumer<? super CancelReason> action);

  /// A stage that completes when the work is cancelled, on a virtual thread; never if it completes.
  /// It cannot be completed or cancelled by its holders.
  ///
  /// @return the stage
  CompletionStage<CancelReason> whenCancelled();

  /// Runs an operation that can be aborted natively. On a cancel the abort is called until the
  /// operation has returned; the calling thread is interrupted only as the abort's policy allows.
  ///
  /// {@snippet class="dev.hangup.SnippetsTest" region="abortable"}
  ///
  /// Once the work is cancelled the outcome counts for nothing: a killed query can look like a
  /// result. A value is dropped, an exception becomes the cause. When this method has returned, no
  /// abort is in flight.
  ///
  /// @param <T> the operation's value
  /// @param <X> the operation's exception
  /// @param abort how to stop it
  /// @param op the operation; not started if the work is cancelled already
  /// @return the operation's value
  /// @throws X what the operation threw, if the work was not cancelled; an [Error] in any case
  /// @throws CancelledException if the work was cancelled before the operation returned
  <T extends @Nullable Object, X extends Throwable> T abortable(Abort abort, Op<T, X> op) throws X;

  /// Runs a clean-up that the cancel does not reach: a commit, a rollback, a release. Inside, the
  /// thread's interrupt flag is clear, [#current()] is work of its own whose deadline is the
  /// budget, and nothing interrupts; after it, the flag and the cancel are as they were.
  ///
  /// {@snippet class="dev.hangup.SnippetsTest" region="shielded"}
  ///
  /// A clean-up that exceeds its budget is cancelled itself, with [CancelReason.DeadlineExceeded].
  ///
  /// @param <T> the operation's value
  /// @param <X> the operation's exception
  /// @param budget how long it may take, more than zero
  /// @param op the clean-up
  /// @return the operation's value
  /// @throws X what the operation threw
  /// @throws CancelledException if the operation failed after its budget was used up
  /// @throws IllegalArgumentException if the budget is zero or negative
  <T extends @Nullable Object, X extends Throwable> T shielded(Duration budget, Op<T, X> op)
      throws X;

  /// Carries the work to another thread. The task is done as part of this work: it is interrupted
  /// with it, its [#current()] is this, and a scope's close waits for it. If the work is cancelled
  /// before the task begins, it throws [CancelledException] and does not run.
  ///
  /// @param <T> the task's value
  /// @param task what to do
  /// @return the task, to be called on any thread
  <T> Callable<T> wrap(Callable<T> task);

  /// As [#wrap(Callable)].
  ///
  /// @param task what to do
  /// @return the task, to be run on any thread
  Runnable wrap(Runnable task);

  /// An executor whose tasks are done as part of this work. A task that is submitted after the
  /// cancel, or still in the queue then, fails with [CancelledException]; a bare one
  /// ([ExecutorService#execute(Runnable)]) is run, for somebody may wait for its end, but sees the
  /// cancel and is interrupted in whatever blocks. Shutting it down shuts the given one down.
  ///
  /// @param executor runs the tasks
  /// @return an executor for this work
  ExecutorService wrap(ExecutorService executor);
}
