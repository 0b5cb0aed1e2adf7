package dev.hangup.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Decides whether a response's body is compressed, and says so in its head.
final class Compression {
  /// Of less, the head is the bigger part.
  private static final int LEAST_BYTES = 1 << 10;

  private static final Pattern TEXTUAL =
      Pattern.compile(
          "text/.+|.+\\+(json|xml)|application/(json|javascript|xml|x-ndjson|jsonl|wasm)");

  private static final Set<Integer> WITHOUT = Set.of(204, 205, 206, 304);

  /// What was made for the bytes as they are.
  private static final List<AsciiString> PRECLUDING =
      List.of(
          HttpHeaderNames.CONTENT_ENCODING,
          HttpHeaderNames.CONTENT_RANGE,
          HttpHeaderNames.CONTENT_MD5,
          AsciiString.cached("content-digest"),
          AsciiString.cached("repr-digest"));

  private Compression() {}

  /// Whether the body may be compressed for a client that likes it so.
  ///
  /// @param length of the body, -1 if it is not known
  /// @param events whether server-sent events may be
  static boolean isFor(
      HttpResponseStatus status, HttpHeaders headers, long length, boolean events) {
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "").split(";", 2)[0].strip();
    String media = type.toLowerCase(Locale.ROOT);
    return (length < 0 || length >= LEAST_BYTES)
        && !WITHOUT.contains(status.code())
        && TEXTUAL.matcher(media).matches()
        && (events || !media.equals("text/event-stream"))
        && PRECLUDING.stream().noneMatch(headers::contains)
        && !headers.containsValue(HttpHeaderNames.CACHE_CONTROL, "no-transform", true);
  }

  /// Chooses, and edits the head.
  ///
  /// @param request the client's head fields
  /// @return null where the body is sent as it is
  static @Nullable ContentCoding choose(HttpHeaders request, HttpHeaders headers) {
    vary(headers);
    ContentCoding coding =
        ContentCoding.best(String.join(",", request.getAll(HttpHeaderNames.ACCEPT_ENCODING)));
    if (coding != null) {
      headers.set(HttpHeaderNames.CONTENT_ENCODING, coding.token());
      String tag = headers.get(HttpHeaderNames.ETAG);
      if (tag != null && tag.startsWith("\"")) {
        headers.set(HttpHeaderNames.ETAG, "W/" + tag); // other bytes: RFC 9110 §8.8.1
      }
    }
    return coding;
  }

  private static void vary(HttpHeaders headers) {
    boolean said =
        headers.containsValue(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING, true)
            || headers.containsValue(HttpHeaderNames.VARY, "*", true);
    if (!said) {
      headers.add(HttpHeaderNames.VARY, "Accept-Encoding");
    }
  }
}
