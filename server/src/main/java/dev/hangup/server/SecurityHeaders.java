package dev.hangup.server;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// Tells browsers to be careful with the answers: middleware.
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="security"}
///
/// | field | by default | why |
/// |---|---|---|
/// | `X-Content-Type-Options` | `nosniff` | an upload is not taken for a script |
/// | `Referrer-Policy` | `strict-origin-when-cross-origin` | other sites do not learn the paths |
/// | `X-Frame-Options` | `DENY` | no other page shows this one in a frame of its own |
/// | `Strict-Transport-Security` | `max-age=31536000`, over TLS alone | a year without plain HTTP |
/// | `Content-Security-Policy` | none | only the application knows its own |
///
/// What a handler sets itself wins; error answers carry the fields too.
///
/// **Cancellation**: passes through. **Thread safety**: immutable; each `withX` returns a copy.
public final class SecurityHeaders implements UnaryOperator<Handler> {
  private static final String TLS_ONLY = "Strict-Transport-Security"; // RFC 6797 §7.2

  private final Map<String, String> fields;

  private SecurityHeaders(Map<String, String> fields) {
    this.fields = fields;
  }

  /// The fields above.
  ///
  /// @return the middleware
  public static SecurityHeaders standard() {
    return new SecurityHeaders(Map.of())
        .withHeader("X-Content-Type-Options", "nosniff")
        .withHeader("Referrer-Policy", "strict-origin-when-cross-origin")
        .withHeader("X-Frame-Options", "DENY")
        .withHeader(TLS_ONLY, "max-age=31536000");
  }

  /// Adds a field, or changes its value.
  ///
  /// @param name in any case, for instance `Content-Security-Policy`
  /// @param value for instance `default-src 'self'; frame-ancestors 'none'`
  /// @return a copy
  /// @throws IllegalArgumentException if there can be no such field
  public SecurityHeaders withHeader(String name, String value) {
    var _ = DefaultHttpHeadersFactory.headersFactory().newHeaders().set(name, value);
    Map<String, String> more = copy();
    more.put(name, value);
    return new SecurityHeaders(Collections.unmodifiableMap(more));
  }

  /// Leaves a field out.
  ///
  /// @param name in any case
  /// @return a copy
  public SecurityHeaders withoutHeader(String name) {
    Map<String, String> fewer = copy();
    fewer.remove(name);
    return new SecurityHeaders(Collections.unmodifiableMap(fewer));
  }

  private Map<String, String> copy() {
    Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(fields);
    return copy;
  }

  /// The handler with the fields on its answers.
  @Override
  public Handler apply(Handler inner) {
    Objects.requireNonNull(inner, "inner");
    return (request, response) -> {
      fields.forEach((name, value) -> {
        if (request.isSecure() || !name.equalsIgnoreCase(TLS_ONLY)) {
          response.header(name, value);
        }
      });
      inner.handle(request, response);
    };
  }
}
