package dev.hangup.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an upstream's response must be before anything of it is passed on.
final class ResponseRules {
  private ResponseRules() {}

  /// Returns what is wrong, or null.
  static @Nullable String check(HttpResponse head) {
    if (head.decoderResult().isFailure()) {
      return String.valueOf(head.decoderResult().cause().getMessage());
    }
    List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!codings.isEmpty() && !String.join(",", codings).strip().equalsIgnoreCase("chunked")) {
      return "Transfer-Encoding: " + codings; // RFC 9112 §6.1
    }
    List<String> lengths = head.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
    if (lengths.size() > 1 || !lengths.stream().allMatch(length -> length.matches("\\d{1,18}"))) {
      return "Content-Length: " + lengths; // RFC 9112 §6.3
    }
    int status = head.status().code();
    boolean switching = status == 101; // nobody has asked for another protocol
    return switching || status < 100 || status > 599 ? "status: " + status : null;
  }
}
