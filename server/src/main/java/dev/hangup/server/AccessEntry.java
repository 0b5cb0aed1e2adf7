package dev.hangup.server;

import dev.hangup.CancelReason;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/// What happened to one request.
///
/// @param peer the client's address, as text
/// @param at when the request's head had been read
/// @param method for instance `GET`; `-` where the request could not be read
/// @param target the request target as it was sent; `-` where the request could not be read
/// @param protocol for instance `HTTP/1.1`
/// @param status the status that was sent, or 499 where the client left before anything was sent
/// @param bytes how many bytes of body were handed to the kernel
/// @param duration from the head's arrival until the handler had returned and the last byte was
///   sent or refused
/// @param reason why the request was cancelled, if it was
public record AccessEntry(
    String peer,
    ZonedDateTime at,
    String method,
    String target,
    String protocol,
    int status,
    long bytes,
    Duration duration,
    Optional<CancelReason> reason) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

  /// The Common Log Format, then the duration in milliseconds and the reason's code or `-`:
  /// `127.0.0.1 - - [20/Nov/2026:15:13:33 +0000] "GET /work HTTP/1.1" 499 0 2003.114
  /// client_closed`. Quotes, backslashes and control characters of the target are escaped.
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s - - [%s] \"%s %s %s\" %d %d %.3f %s",
        peer,
        TIME.format(at),
        escaped(method),
        escaped(target),
        protocol,
        status,
        bytes,
        duration.toNanos() / 1e6,
        reason.map(CancelReason::code).orElse("-"));
  }

  private static String escaped(String text) {
    StringBuilder safe = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = c >= ' ' && c < 0x7f && c != '"' && c != '\\';
      if (!plain && safe == null) {
        safe = new StringBuilder(text.length() + 8).append(text, 0, i);
      }
      if (safe != null) {
        safe.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
    return safe == null ? text : safe.toString();
  }

  static ZonedDateTime time(long epochMillis) {
    return Instant.ofEpochMilli(epochMillis).atZone(ZoneId.systemDefault());
  }
}
