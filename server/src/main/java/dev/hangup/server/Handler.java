package dev.hangup.server;

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
}
