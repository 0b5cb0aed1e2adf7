package dev.hangup.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Lets scripts of other origins read the answers: middleware for a whole router, for a preflight
/// asks with OPTIONS for the paths of other methods.
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="cors"}
///
/// A preflight is answered 204 and reaches no handler. Every other request is handled, of whatever
/// origin: it is the browser that keeps the answer from a script. Error answers of what is inside
/// carry the fields too, so that a script can read why. Answers that no handler gave, such as 400
/// for a malformed request or 503 of a full server, do not.
///
/// | option | default |
/// |---|---|
/// | methods | GET, HEAD, POST |
/// | headers | those that the standard allows anyway |
/// | exposed headers | those that the standard exposes anyway |
/// | credentials | no |
/// | max age | the browser's |
///
/// **Cancellation**: passes through. **Thread safety**: immutable; each `withX` returns a copy.
///
/// Source: the Fetch standard, "CORS protocol".
public final class Cors implements UnaryOperator<Handler> {
  private static final Pattern ORIGIN =
      Pattern.compile("[a-z][a-z0-9+.-]*://[a-z0-9._-]+(:\\d+)?|[a-z]+://\\[[0-9a-f:]+](:\\d+)?");
  private static final String ANY = "*";

  private final Set<String> origins;
  private final String methods;
  private final String headers;
  private final String exposed;
  private final boolean credentials;
  private final @Nullable Duration maxAge;

  private Cors(
      Set<String> origins,
      String methods,
      String headers,
      String exposed,
      boolean credentials,
      @Nullable Duration maxAge) {
    this.origins = origins;
    this.methods = methods;
    this.headers = headers;
    this.exposed = exposed;
    this.credentials = credentials;
    this.maxAge = maxAge;
  }

  /// Allows these origins and no others.
  ///
  /// @param origins each as a browser sends it: `https://app.example`, `http://localhost:3000`
  /// @return the middleware
  /// @throws IllegalArgumentException if one is no such origin; `null` is none, for any page can
  ///   make itself that
  public static Cors allowing(String... origins) {
    for (String origin : origins) {
      if (!ORIGIN.matcher(origin).matches()) {
        throw new IllegalArgumentException(
            "origin: " + origin + " (expected: one such as https://app.example)");
      }
    }
    return new Cors(Set.of(origins), "GET, HEAD, POST", "", "", false, null);
  }

  /// Allows every origin: for what is public.
  ///
  /// @return the middleware
  public static Cors allowingAny() {
    return new Cors(Set.of(ANY), "GET, HEAD, POST", "", "", false, null);
  }

  /// The methods allowed.
  ///
  /// @param methods for instance `GET`, `PUT`
  /// @return a copy
  public Cors withMethods(String... methods) {
    return new Cors(origins, list("method", methods), headers, exposed, credentials, maxAge);
  }

  /// The request header fields allowed, besides those that are allowed anyway.
  ///
  /// @param headers for instance `Authorization`, `Content-Type`
  /// @return a copy
  public Cors withHeaders(String... headers) {
    return new Cors(origins, methods, list("header", headers), exposed, credentials, maxAge);
  }

  /// The response header fields that a script may read, besides those that it may anyway.
  ///
  /// @param headers for instance `X-Request-Id`
  /// @return a copy
  public Cors withExposedHeaders(String... headers) {
    return new Cors(origins, methods, this.headers, list("header", headers), credentials, maxAge);
  }

  /// Allows requests with cookies and such.
  ///
  /// @return a copy
  /// @throws IllegalArgumentException if every origin is allowed: any page could act as the user
  public Cors withCredentials() {
    if (origins.contains(ANY)) {
      throw new IllegalArgumentException("credentials: with any origin (expected: named origins)");
    }
    return new Cors(origins, methods, headers, exposed, true, maxAge);
  }

  /// How long a browser may remember what a preflight was told.
  ///
  /// @param maxAge whole seconds, zero or more
  /// @return a copy
  public Cors withMaxAge(Duration maxAge) {
    if (maxAge.isNegative()) {
      throw new IllegalArgumentException("maxAge: " + maxAge + " (expected: zero or more)");
    }
    return new Cors(origins, methods, headers, exposed, credentials, maxAge);
  }

  /// A wildcard would not mean the same with credentials.
  private static String list(String what, String... names) {
    for (String name : names) {
      if (!name.matches("[\\w!#$%&'.^`|~-]+")) {
        throw new IllegalArgumentException(what + ": " + name + " (expected: its name)");
      }
    }
    return String.join(", ", names);
  }

  /// The handler with the fields on its answers.
  @Override
  public Handler apply(Handler inner) {
    Objects.requireNonNull(inner, "inner");
    return (request, response) -> {
      String origin = allowed(request, response);
      boolean preflight =
          request.method().equals("OPTIONS")
              && request.header("Origin").isPresent()
              && request.header("Access-Control-Request-Method").isPresent();
      if (preflight) {
        preflight(origin, response);
      } else {
        expose(origin, response);
        inner.handle(request, response);
      }
    };
  }

  /// Says whom the answer is for. An answer without the fields depends on the origin too.
  private @Nullable String allowed(Request request, Response response) {
    String origin = ANY;
    if (!origins.contains(ANY)) {
      response.varyOn(HttpHeaderNames.ORIGIN);
      List<String> sent = request.headers("Origin");
      origin = sent.size() == 1 ? sent.getFirst() : "";
    }
    if (!origins.contains(origin)) {
      return null;
    }
    response.header("Access-Control-Allow-Origin", origin);
    if (credentials) {
      response.header("Access-Control-Allow-Credentials", "true");
    }
    return origin;
  }

  private void preflight(@Nullable String origin, Response response) {
    if (origin != null) {
      setUnlessEmpty(response, "Access-Control-Allow-Methods", methods);
      setUnlessEmpty(response, "Access-Control-Allow-Headers", headers);
      if (maxAge != null) {
        response.header("Access-Control-Max-Age", Long.toString(maxAge.toSeconds()));
      }
    }
    response.status(204).empty();
  }

  private void expose(@Nullable String origin, Response response) {
    if (origin != null) {
      setUnlessEmpty(response, "Access-Control-Expose-Headers", exposed);
    }
  }

  private static void setUnlessEmpty(Response response, String name, String value) {
    if (!value.isEmpty()) {
      response.header(name, value);
    }
  }
}
