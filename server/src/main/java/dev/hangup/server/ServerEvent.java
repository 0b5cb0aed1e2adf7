package dev.hangup.server;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// An event that a server sends: HTML §9.2.
///
/// @param data what it says; each line break (`\r\n`, `\n` or `\r`) comes out as `\n`
/// @param id what a client that comes again will say it has, [Request#lastEventId()]; empty: the
///   last one's stays
/// @param name its type; empty: `message`
/// @param retry how long the client is to wait before it comes again, in whole milliseconds; empty:
///   as before
public record ServerEvent(
    String data, Optional<String> id, Optional<String> name, Optional<Duration> retry) {

  /// Checks.
  ///
  /// @throws IllegalArgumentException if the id has a NUL or a line break, the name a line break,
  ///   or if the time is negative: names it
  public ServerEvent {
    Objects.requireNonNull(data, "data");
    id.ifPresent(text -> check("id", text, "\0\r\n", "no NUL, no line break"));
    name.ifPresent(text -> check("name", text, "\r\n", "no line break"));
    if (retry.isPresent() && retry.get().isNegative()) {
      throw new IllegalArgumentException("retry: " + retry.get() + " (expected: 0 or more)");
    }
  }

  private static void check(String what, String text, String forbidden, String expected) {
    if (text.chars().anyMatch(c -> forbidden.indexOf(c) >= 0)) {
      String shown = text.replace("\0", "\\0").replace("\r", "\\r").replace("\n", "\\n");
      throw new IllegalArgumentException(what + ": " + shown + " (expected: " + expected + ")");
    }
  }

  /// An event that has data alone.
  ///
  /// @param data what it says
  /// @return an event
  public static ServerEvent of(String data) {
    return new ServerEvent(data, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /// Gives it an id.
  ///
  /// @param id without NUL or line break
  /// @return a copy
  public ServerEvent withId(String id) {
    return new ServerEvent(data, Optional.of(id), name, retry);
  }

  /// Gives it a type, which a browser's listeners go by.
  ///
  /// @param name without line break
  /// @return a copy
  public ServerEvent withName(String name) {
    return new ServerEvent(data, id, Optional.of(name), retry);
  }

  /// Says how long to wait before coming again.
  ///
  /// @param retry 0 or more
  /// @return a copy
  public ServerEvent withRetry(Duration retry) {
    return new ServerEvent(data, id, name, Optional.of(retry));
  }

  /// As it goes over the wire.
  String encoded() {
    StringBuilder text = new StringBuilder(data.length() + 32);
    id.ifPresent(value -> text.append("id: ").append(value).append('\n'));
    name.ifPresent(value -> text.append("event: ").append(value).append('\n'));
    retry.ifPresent(value -> text.append("retry: ").append(value.toMillis()).append('\n'));
    appendLines(text, "data: ", data);
    return text.append('\n').toString();
  }

  /// Each line after a prefix; `String.lines` would drop an empty one at the end.
  static void appendLines(StringBuilder text, String prefix, String lines) {
    for (String line : lines.split("\r\n|\n|\r", -1)) {
      text.append(prefix).append(line).append('\n');
    }
  }
}
