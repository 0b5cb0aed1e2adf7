package dev.hangup;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A task that runs on a virtual thread of its own, started by
/// [CancelScope#fork(java.util.concurrent.Callable)].
///
/// **Thread safety**: any thread may ask and wait.
///
/// @param <T> the task's value
public final class Fork<T extends @Nullable Object> {
  private final Work root;

  // Guarded by root
  private boolean done;
  private @Nullable T value;
  private @Nullable Throwable failure;

  Fork(Work root) {
    this.root = root;
  }

  /// Tells whether the task has ended, either way.
  ///
  /// @return true once [#join()] would not wait
  public boolean isDone() {
    synchronized (root) {
      return done;
    }
  }

  /// What the task threw.
  ///
  /// @return empty if it has not ended, or ended well
  public Optional<Throwable> failure() {
    synchronized (root) {
      return Optional.ofNullable(failure);
    }
  }

  /// Waits for this task alone.
  ///
  /// @return its value
  /// @throws CancelledException if the task was cancelled, or the calling thread's work is while it
  ///   waits
  /// @throws Exception what the task threw
  /// @throws InterruptedException if the calling thread was interrupted without a cancel
  @SuppressWarnings(
      "NullAway") // a fork that is done without a failure has its value, of whatever nullness
  public T join() throws Exception {
    Waiting.until(root, () -> done, null);
    synchronized (root) {
      if (failure != null) {
        throw Forks.asException(failure);
      }
      return value;
    }
  }

  /// Under the lock.
  void complete(@Nullable T result, @Nullable Throwable thrown) {
    value = result;
    failure = thrown;
    done = true;
    root.changed();
  }
}
