package dev.hangup.server;

import java.util.Objects;
import java.util.function.UnaryOperator;

/// Answers one request, on a virtual thread of its own: block as you like.
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="handler"}
///
/// **Cancellation**: [dev.hangup.Cancellation#current()] is the request's. When the client hangs up
/// it is cancelled and the thread interrupted; let what is thrown pass, nobody waits for the
/// answer. A client that leaves after the whole answer was sent is not told.
///
/// **Errors**: an [HttpException] is answered as it says, anything else with 500 and a log entry;
/// where the head of the response has been sent already, the connection is closed instead, so that
/// a cut answer never looks whole. A handler that returns without an answer has answered 204.
///
/// **Thread safety**: one handler object serves many requests at once.
@FunctionalInterface
public interface Handler {

  /// Answers.
  ///
  /// @param request what is asked
  /// @param response takes the answer
  /// @throws Exception whatever went wrong
  void handle(Request request, Response response) throws Exception;

  /// This handler with something around it. Middleware is a plain function: it makes a handler of a
  /// handler. The hang-up reaches what is inside whatever stands around it, for it is bound to the
  /// work, not to an object that is handed on.
  ///
  /// {@snippet class="dev.hangup.server.SnippetsTest" region="middleware"}
  ///
  /// @param middleware makes the outer handler; the last one added is the outermost
  /// @return the outer handler
  default Handler with(UnaryOperator<Handler> middleware) {
    return Objects.requireNonNull(middleware.apply(this), "middleware");
  }
}
