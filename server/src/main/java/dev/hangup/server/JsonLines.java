package dev.hangup.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// A stream of JSON values, one a line: `application/x-ndjson`.
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="jsonLines"}
///
/// Each line is sent at once, and whole. The stream ends in good order when the handler returns or
/// calls [Response#end()]; one that was broken off is cut, and looks so.
///
/// **Cancellation**, **thread safety** and **errors**: as [ServerEvents].
public final class JsonLines {
  private final OutputStream body;

  JsonLines(OutputStream body) {
    this.body = body;
  }

  /// Sends a line.
  ///
  /// @param json a value that is already written down, without a line break
  /// @throws IOException as [ServerEvents] says
  /// @throws IllegalArgumentException if it has a raw line break, or is blank
  public void emit(String json) throws IOException {
    if (json.isBlank() || json.indexOf('\n') >= 0 || json.indexOf('\r') >= 0) {
      throw new IllegalArgumentException(
          "line: "
              + json.replace("\r", "\\r").replace("\n", "\\n")
              + " (expected: a JSON value without a line break)");
    }
    body.write((json + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
