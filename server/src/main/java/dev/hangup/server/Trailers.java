package dev.hangup.server;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// The fields that follow a body: RFC 9110 §6.5.
final class Trailers {

  /// What must be known before the body, RFC 9110 §6.5.1: framing, routing, what the request asks
  /// for, authentication, control data, and how the content is to be processed.
  private static final Set<String> FORBIDDEN =
      Set.of(
          "age",
          "authorization",
          "cache-control",
          "connection",
          "content-encoding",
          "content-length",
          "content-range",
          "content-type",
          "cookie",
          "date",
          "expect",
          "expires",
          "host",
          "if-match",
          "if-modified-since",
          "if-none-match",
          "if-range",
          "if-unmodified-since",
          "keep-alive",
          "location",
          "max-forwards",
          "pragma",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "range",
          "retry-after",
          "set-cookie",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "vary",
          "warning",
          "www-authenticate");

  // Guarded by this
  private final HttpHeaders fields = DefaultHttpHeadersFactory.trailersFactory().newHeaders();

  synchronized void set(String name, String value) {
    if (FORBIDDEN.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "trailer: " + name + " (expected: no field that is needed before the body)");
    }
    fields.set(name, Objects.requireNonNull(value, "value"));
  }

  /// Takes those that may follow a body, for who passes another server's on.
  synchronized void addAll(HttpHeaders passedOn) {
    for (Map.Entry<String, String> field : passedOn) {
      if (!FORBIDDEN.contains(field.getKey().toLowerCase(Locale.ROOT))) {
        fields.add(field.getKey(), field.getValue());
      }
    }
  }

  synchronized boolean isEmpty() {
    return fields.isEmpty();
  }

  synchronized void clear() {
    fields.clear();
  }

  /// Says in the head which fields will follow: RFC 9110 §6.6.2.
  synchronized void announceIn(HttpHeaders head) {
    if (!fields.isEmpty()) {
      head.set(HttpHeaderNames.TRAILER, String.join(", ", fields.names()));
    }
  }

  synchronized void copyTo(HttpHeaders end) {
    end.add(fields);
  }
}
