package dev.hangup.server;

import dev.hangup.CancelReason;
import dev.hangup.CancelledException;

/// What is said of things that fail.
final class Failures {
  private Failures() {}

  static CancelReason ofWrite(Throwable cause) {
    String message = cause.getMessage();
    return new CancelReason.WriteFailed(
        message == null ? cause.getClass().getSimpleName() : message);
  }

  /// What a client is told of a handler that failed: nothing of its inside.
  static HttpException answerTo(Throwable failure) {
    return switch (failure) {
      case HttpException answer -> answer;
      case CancelledException cancelled ->
          switch (cancelled.reason()) {
            case CancelReason.DeadlineExceeded _ -> late();
            case CancelReason.ServerStopping _ -> stopping();
            default -> new HttpException(500, "the request was cancelled");
          };
      default -> new HttpException(500, "the handler failed");
    };
  }

  static HttpException tooLarge(long limit) {
    return new HttpException(413, "the request body is longer than " + limit + " bytes");
  }

  static HttpException slowBody(int rate) {
    return new HttpException(
        408, "the request body comes in more slowly than " + rate + " bytes a second");
  }

  static CancelReason slowReader(int rate) {
    return new CancelReason.WriteFailed("nothing was taken for long at " + rate + " bytes/s");
  }

  static HttpException stopping() {
    return new HttpException(503, "the server stops");
  }

  static HttpException busy() {
    return new HttpException(503, "too many requests are running");
  }

  /// The time that the caller gave is over.
  static HttpException late() {
    return new HttpException(504, "the time is over");
  }
}
