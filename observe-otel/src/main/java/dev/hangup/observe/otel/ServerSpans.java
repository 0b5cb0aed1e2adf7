package dev.hangup.observe.otel;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.server.Handler;
import dev.hangup.server.HttpException;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Middleware that begins a span for each request to Hangup's server, as OpenTelemetry's
/// conventions for HTTP want it: a child of the caller's, and current while the handler runs. It
/// goes around the [dev.hangup.server.Router]; [RequestSpans] beside it tells the spans the rest,
/// and ends them.
///
/// {@snippet class="dev.hangup.observe.otel.SnippetsTest" region="spans"}
///
/// Neither header fields nor query strings nor bodies are on it. A request that no route fits has a
/// span without one; one that never came to a handler has none.
///
/// **Cancellation**: the handler is cancelled as without it. **Thread safety**: for any thread.
public final class ServerSpans implements UnaryOperator<Handler> {
  private static final Set<String> METHODS =
      Set.of(
          "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "QUERY");
  private static final TextMapGetter<Request> FIELDS = ServerSpans::field;

  private final OpenTelemetry openTelemetry;
  private final Tracer tracer;

  private ServerSpans(OpenTelemetry openTelemetry) {
    this.openTelemetry = openTelemetry;
    this.tracer = openTelemetry.getTracer("dev.hangup.server");
  }

  /// Middleware.
  ///
  /// @param openTelemetry has the tracer, and knows how callers send their span
  /// @return for [Handler#with(UnaryOperator)]
  public static ServerSpans of(OpenTelemetry openTelemetry) {
    return new ServerSpans(Objects.requireNonNull(openTelemetry, "openTelemetry"));
  }

  /// A handler with a span around it.
  ///
  /// @param handler runs inside
  /// @return the outer handler
  @Override
  public Handler apply(Handler handler) {
    return (request, response) -> traced(handler, request, response);
  }

  private void traced(Handler handler, Request request, Response response) throws Exception {
    ServerSpan span = begin(request);
    int status = 200;
    try (Scope _ = Context.current().with(span).makeCurrent()) {
      handler.handle(request, response);
    } catch (HttpException answer) {
      status = answer.status();
      throw answer;
    } catch (Throwable failure) {
      status = 500;
      throw failure;
    } finally {
      if (!span.isObserved()) {
        endUnrouted(span, status);
      }
    }
  }

  /// What was sent is not known here; to a request that was cancelled, maybe nothing.
  private static void endUnrouted(ServerSpan span, int status) {
    Optional<CancelReason> reason = Cancellation.current().reason();
    reason.ifPresent(why -> RequestSpans.tell(span.span(), why));
    boolean known = status != 200 && reason.isEmpty();
    span.end(known ? OptionalInt.of(status) : OptionalInt.empty(), true);
  }

  private ServerSpan begin(Request request) {
    Context caller =
        openTelemetry
            .getPropagators()
            .getTextMapPropagator()
            .extract(Context.root(), request, FIELDS);
    String method = METHODS.contains(request.method()) ? request.method() : "HTTP";
    Span span =
        tracer
            .spanBuilder(method)
            .setParent(caller)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute("http.request.method", method.equals("HTTP") ? "_OTHER" : method)
            .setAttribute("url.path", rawPath(request.target()))
            .setAttribute("url.scheme", request.isSecure() ? "https" : "http")
            .setAttribute("network.protocol.version", version(request.protocol()))
            .setAttribute("client.address", request.peer().getAddress().getHostAddress())
            .startSpan();
    return new ServerSpan(span, method);
  }

  private static @Nullable String field(@Nullable Request request, String name) {
    return request == null ? null : request.header(name).orElse(null);
  }

  private static String rawPath(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /// `1.1`, `2`, `3`.
  private static String version(String protocol) {
    String version = protocol.substring(protocol.indexOf('/') + 1);
    return version.equals("2.0") || version.equals("3.0") ? version.substring(0, 1) : version;
  }
}
