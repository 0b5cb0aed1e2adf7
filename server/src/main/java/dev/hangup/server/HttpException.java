package dev.hangup.server;

import java.io.Serial;

/// Thrown by a handler to answer with an error: the status, and the message as plain text.
public final class HttpException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /// 400 to 599.
  private final int status;

  /// Makes one.
  ///
  /// @param status 400 to 599
  /// @param message for the client: what was wrong and what was expected
  public HttpException(int status, String message) {
    super(message);
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status: " + status + " (expected: 400-599)");
    }
    this.status = status;
  }

  /// The status to answer with.
  ///
  /// @return 400 to 599
  public int status() {
    return status;
  }
}
