package dev.hangup;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

/// The native way to stop one operation: `Statement.cancel()`, `Call.cancel()`,
/// `Process.destroy()`.
///
/// Handed to [Cancellation#abortable(Abort, Op)] together with the operation. On a cancel it is
/// called on a virtual thread of its own, outside any lock and outside any work
/// ([Cancellation#current()] is never cancelled there), and called **again**, with growing pauses
/// (4 ms to 500 ms), until the operation has returned: an abort that lands before the operation has
/// really begun is lost by many libraries. One call is over before the next begins, and none is in
/// flight once the operation's region is left. What it throws is logged once at DEBUG and does not
/// end the repetition.
@FunctionalInterface
public interface Abort {

  /// Stops the operation. Must be safe to call from another thread, and more than once.
  ///
  /// @param reason why the work was cancelled
  /// @param attempt 0 for the first call, then 1, 2, …
  /// @throws Exception if it failed; it is tried again
  void abort(CancelReason reason, int attempt) throws Exception;

  /// When the thread inside the operation may also be interrupted.
  ///
  /// @return [Interrupt#AFTER_GRACE] unless [#withInterrupt(Interrupt)] said otherwise
  default Interrupt interrupt() {
    return Interrupt.AFTER_GRACE;
  }

  /// The same abort with another policy for the interrupt.
  ///
  /// @param policy when the thread may be interrupted
  /// @return a copy
  default Abort withInterrupt(Interrupt policy) {
    Objects.requireNonNull(policy, "policy");
    Abort self = this;
    return new Abort() {
      @Override
      public void abort(CancelReason reason, int attempt) throws Exception {
        self.abort(reason, attempt);
      }

      @Override
      public Interrupt interrupt() {
        return policy;
      }
    };
  }

  /// When a thread inside an abortable operation is interrupted. An interrupt on a virtual thread
  /// closes the socket or file channel that it waits on, so it is the last means.
  enum Interrupt {
    /// Not while the operation runs. For libraries that an interrupt breaks for others too, such as
    /// databases that share a file channel. If the abort does not help, the work is a straggler.
    NEVER,
    /// Once the scope's grace is over and the abort did not help. Where an interrupt breaks what
    /// the operation uses, as it does a JDBC connection, choose a grace of seconds, or [#NEVER].
    AFTER_GRACE,
    /// Together with the abort. For operations that an interrupt harms in no way.
    AT_ONCE
  }

  /// Cancels a future: `future.cancel(true)`.
  ///
  /// @param future what the operation waits for
  /// @return the abort
  static Abort cancelling(Future<?> future) {
    Objects.requireNonNull(future, "future");
    return (reason, attempt) -> future.cancel(true);
  }

  /// Cancels a subscription.
  ///
  /// @param subscription what the operation receives from
  /// @return the abort
  static Abort cancelling(Flow.Subscription subscription) {
    Objects.requireNonNull(subscription, "subscription");
    return (reason, attempt) -> subscription.cancel();
  }

  /// Closes a resource; the close must be safe from another thread, as a socket's is.
  ///
  /// @param resource what the operation is blocked on
  /// @return the abort
  static Abort closing(AutoCloseable resource) {
    Objects.requireNonNull(resource, "resource");
    return (reason, attempt) -> resource.close();
  }

  /// Ends a process and those that it has started: politely at first ([Process#destroy()]), by
  /// force once the grace is over. Of a process whose parent has ended already nobody knows that it
  /// belongs to them; [Subprocess] does.
  ///
  /// @param process what the operation waits for
  /// @param grace how long the processes may take to end by themselves
  /// @return the abort
  static Abort destroying(Process process, Duration grace) {
    Objects.requireNonNull(process, "process");
    Objects.requireNonNull(grace, "grace");
    ProcessTree tree = new ProcessTree(process.toHandle(), null, grace);
    return (reason, attempt) -> tree.end();
  }
}
