package dev.hangup.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a request must be before anybody handles it. Where the framing is in doubt the connection
/// is not used again.
final class RequestRules {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY");

  private RequestRules() {}

  /// Returns what is wrong, or null.
  static @Nullable HttpException check(HttpRequest head, ServerOptions options) {
    if (head.decoderResult().isFailure()) {
      return malformedHead(head.decoderResult().cause(), options);
    }
    if (head.protocolVersion().majorVersion() != 1) {
      return new HttpException(
          505, "protocol: " + head.protocolVersion() + " (expected: HTTP/1.0 or HTTP/1.1)");
    }
    List<String> hosts = head.headers().getAll(HttpHeaderNames.HOST);
    boolean hostOptional = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
    if (hosts.size() > 1 || (hosts.isEmpty() && !hostOptional)) {
      return new HttpException(
          400, "Host: " + hosts.size() + " fields (expected: one)"); // RFC 9112 §3.2
    }
    HttpMethod method = head.method();
    List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!codings.isEmpty() && !String.join(",", codings).strip().equalsIgnoreCase("chunked")) {
      return new HttpException( // RFC 9112 §6.1
          501, "Transfer-Encoding: " + String.join(", ", codings) + " (expected: chunked)");
    }
    if (!METHODS.contains(method.name())) {
      return new HttpException(501, "method: " + method + " (expected: one of " + known() + ")");
    }
    if (HttpUtil.getContentLength(head, -1L) > options.maxBodyBytes()) {
      return Failures.tooLarge(options.maxBodyBytes());
    }
    return null;
  }

  private static HttpException malformedHead(Throwable cause, ServerOptions options) {
    return switch (cause) {
      case TooLongHttpLineException _ ->
          new HttpException(
              414, "the request line is longer than " + options.maxLineBytes() + " bytes");
      case TooLongHttpHeaderException _ ->
          new HttpException(
              431, "the header fields are longer than " + options.maxHeaderBytes() + " bytes");
      default -> new HttpException(400, "the request's head is malformed: " + cause.getMessage());
    };
  }

  static HttpException malformedBody(Throwable cause) {
    return new HttpException(400, "the request's body is malformed: " + cause.getMessage());
  }

  static boolean isKnown(String method) {
    return METHODS.contains(method);
  }

  static String known() {
    return String.join(", ", METHODS.stream().sorted().toList());
  }
}
