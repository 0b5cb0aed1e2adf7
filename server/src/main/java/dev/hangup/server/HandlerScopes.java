package dev.hangup.server;

import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What an exchange's handler is cancelled by: its scope, and inside it the one that its route
/// wants, which a hang-up does not reach where the handler is to finish. Remembers a cancel that
/// came before either, or after the work was over. For any thread.
final class HandlerScopes {
  // Guarded by this
  private @Nullable CancelScope scope;
  private @Nullable CancelScope inner;
  private boolean finish;
  private @Nullable CancelReason otherwise;

  synchronized void begin(CancelScope opened) {
    scope = opened;
  }

  synchronized boolean haveBegun() {
    return scope != null;
  }

  /// Stops the handler. One that is to finish is not told of a hang-up.
  void cancel(CancelReason reason) {
    CancelScope running;
    CancelScope finishing;
    synchronized (this) {
      running = scope;
      finishing = finish ? inner : null;
      if (running == null) {
        note(reason);
      }
    }
    if (running != null) {
      running.cancel(reason); // and knows the reason, unless its work was over
    }
    if (finishing != null && !reason.isHangUp()) {
      finishing.cancel(reason);
    }
  }

  /// Nobody was cancelled, but this is what the log is to say.
  synchronized void note(CancelReason reason) {
    if (otherwise == null) {
      otherwise = reason;
    }
  }

  /// The handler runs in a scope inside its own, as its route wants it.
  synchronized void enter(CancelScope within) {
    inner = within;
  }

  /// The handler runs in a scope that no hang-up cancels. A cancel that has come meanwhile and is
  /// the server's is passed on.
  void finishIn(CancelScope within) {
    CancelScope outer;
    synchronized (this) {
      inner = within;
      finish = true;
      outer = scope;
    }
    if (outer != null) {
      outer
          .cancellation()
          .reason()
          .filter(
              reason -> !reason.isHangUp() && !(reason instanceof CancelReason.DeadlineExceeded))
          .ifPresent(within::cancel);
    }
  }

  synchronized boolean areToFinish() {
    return finish;
  }

  /// What the handler is told by.
  synchronized Cancellation cancellation() {
    CancelScope running = inner == null ? scope : inner;
    return running == null ? Cancellation.detached() : running.cancellation();
  }

  /// Why the request was cancelled, if it was.
  synchronized Optional<CancelReason> reason() {
    Optional<CancelReason> scoped =
        scope == null ? Optional.empty() : scope.cancellation().reason();
    return scoped.isPresent() ? scoped : Optional.ofNullable(otherwise);
  }
}
