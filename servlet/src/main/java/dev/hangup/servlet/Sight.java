package dev.hangup.servlet;

import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.ObservedRequest;
import dev.hangup.RequestHead;
import dev.hangup.RequestObserver;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// What an observer sees of one request, where there is one. For any thread.
final class Sight {
  private final @Nullable ObservedRequest observed;

  // Guarded by this
  private OptionalInt status = OptionalInt.empty();
  private boolean over;

  Sight(HttpServletRequest request, @Nullable RequestObserver observer) {
    this.observed =
        observer == null
            ? null
            : ObservedRequest.begin(
                observer,
                new RequestHead(
                    request.getMethod(),
                    request.getRequestURI(),
                    request.getProtocol(),
                    request.getRemoteAddr()));
  }

  /// The scope's options, with who is told of stragglers.
  CancelScope.Options in(CancelScope.Options options) {
    return observed == null ? options : options.withStragglerListener(observed::straggles);
  }

  void follow(CancelScope scope) {
    if (observed != null) {
      observed.follow(scope);
    }
  }

  void routed(String pattern) {
    if (observed != null) {
      observed.routed(pattern);
    }
  }

  /// Notes the status that was sent; to a client that had left nothing was, unless it is committed.
  ///
  /// @param left whether the client had hung up
  synchronized void answered(ServletResponse response, boolean left) {
    if (observed != null
        && response instanceof HttpServletResponse answer
        && (!left || answer.isCommitted())) {
      status = OptionalInt.of(answer.getStatus());
    }
  }

  /// The request is over, and its scope is closed.
  ///
  /// @param reason why it was hung up on, if it was: one that was to finish is not cancelled
  void ended(Optional<CancelReason> reason) {
    OptionalInt sent;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      sent = status;
    }
    if (observed != null) {
      observed.ended(sent, reason);
    }
  }
}
