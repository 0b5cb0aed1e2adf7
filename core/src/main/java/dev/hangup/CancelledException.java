package dev.hangup;

import java.io.Serial;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// Thrown where work finds that it was cancelled. Let it pass: nobody waits for the answer.
///
/// The cause, where there is one, is what the interrupted or aborted operation itself threw.
public final class CancelledException extends CancellationException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient CancelReason reason;

  /// Makes one.
  ///
  /// @param reason why the work was cancelled
  public CancelledException(CancelReason reason) {
    this(reason, null);
  }

  /// Makes one with a cause.
  ///
  /// @param reason why the work was cancelled
  /// @param cause what the operation threw when it was stopped, or null
  public CancelledException(CancelReason reason, @Nullable Throwable cause) {
    super(Objects.requireNonNull(reason, "reason").toString());
    this.reason = reason;
    if (cause != null) {
      initCause(cause);
    }
  }

  /// Why the work was cancelled.
  ///
  /// @return the reason, the same for everything that one cancel stopped
  public CancelReason reason() {
    return reason;
  }
}
