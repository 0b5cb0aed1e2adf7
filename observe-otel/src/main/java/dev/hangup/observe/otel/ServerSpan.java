package dev.hangup.observe.otel;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.ImplicitContextKeyed;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The span of one request to Hangup's server. Who begins it does not know how the request ends:
/// once the observer has found it, the end is the observer's. For any thread.
final class ServerSpan implements ImplicitContextKeyed {
  private static final ContextKey<ServerSpan> KEY = ContextKey.named("hangup-server-span");
  private static final int FAULT = 500; // RFC 9110 §15.6: from here on the server's

  private final Span span;
  private final String method;
  private volatile boolean observed;

  ServerSpan(Span span, String method) {
    this.span = span;
    this.method = method;
  }

  /// That of the calling thread, which is the observer's from now on.
  static @Nullable ServerSpan current() {
    ServerSpan current = Context.current().get(KEY);
    if (current != null) {
      current.observed = true;
    }
    return current;
  }

  @Override
  public Context storeInContext(Context context) {
    return context.with(span).with(KEY, this);
  }

  Span span() {
    return span;
  }

  boolean isObserved() {
    return observed;
  }

  void route(String pattern) {
    span.updateName(method + " " + pattern);
    span.setAttribute("http.route", pattern);
  }

  /// Ends the span.
  ///
  /// @param status what was sent; empty where nothing was
  /// @param explains whether a failure is told by the status
  void end(OptionalInt status, boolean explains) {
    if (status.isPresent()) {
      span.setAttribute("http.response.status_code", status.getAsInt());
      if (status.getAsInt() >= FAULT && explains) {
        span.setAttribute("error.type", Integer.toString(status.getAsInt()));
        span.setStatus(StatusCode.ERROR);
      }
    }
    span.end();
  }
}
