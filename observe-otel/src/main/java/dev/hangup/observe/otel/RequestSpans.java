package dev.hangup.observe.otel;

import dev.hangup.CancelReason;
import dev.hangup.RequestEvent;
import dev.hangup.RequestHead;
import dev.hangup.RequestObserver;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Tells the spans of requests that they were cancelled, and why. A hang-up is no failure of the
/// server's, and a span of it does not look like one.
///
/// {@snippet class="dev.hangup.observe.otel.SnippetsTest" region="spans"}
///
/// | on a request's span | when |
/// |---|---|
/// | event `request.cancelled` with `hangup.reason`, which is [CancelReason#code()] | it was cancelled |
/// | `error.type` = `deadline_exceeded`, status ERROR | a deadline did it |
/// | nothing else: the status stays UNSET | its client hung up |
///
/// The span is the one that is current when the request begins, an agent's for instance; where
/// there is none, the one that is current when its route is found: of a framework's filter, or of
/// middleware of yours. It is theirs, and they end it: a cancel that comes later than that is not
/// on it. The spans of [ServerSpans] are ended by this observer, once the last byte was sent or
/// refused; they have `http.route` and, unless nothing was sent, `http.response.status_code`.
///
/// **Thread safety**: for any thread. One object serves any number of servers.
public final class RequestSpans implements RequestObserver {
  private static final String CANCELLED = "request.cancelled";
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("hangup.reason");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  private RequestSpans() {}

  /// An observer.
  ///
  /// @return tells the spans of requests
  public static RequestSpans observing() {
    return new RequestSpans();
  }

  @Override
  public Observed begins(RequestHead head) {
    return new Told();
  }

  /// A hang-up is not the server's fault, a deadline that passed is.
  static void tell(Span span, CancelReason reason) {
    span.addEvent(CANCELLED, Attributes.of(REASON, reason.code()));
    if (reason instanceof CancelReason.DeadlineExceeded) {
      span.setAttribute(ERROR_TYPE, reason.code());
      span.setStatus(StatusCode.ERROR);
    }
  }

  /// One request. The route is told before what follows from it.
  private static final class Told implements Observed {
    private volatile Span span = Span.current(); // not valid where there is none
    private volatile @Nullable ServerSpan own;
    private volatile boolean late;

    @Override
    public void happens(RequestEvent event) {
      switch (event) {
        case RequestEvent.Routed(String pattern) -> routed(pattern);
        case RequestEvent.Cancelled(CancelReason reason) -> cancelled(reason);
        case RequestEvent.Ended(OptionalInt status) -> ended(status);
        case RequestEvent.Straggles _, RequestEvent.Stopped _ -> {}
      }
    }

    private void routed(String pattern) {
      ServerSpan current = ServerSpan.current();
      if (current != null) {
        current.route(pattern);
        own = current;
        span = current.span();
      } else if (!span.getSpanContext().isValid()) {
        span = Span.current();
      }
    }

    private void cancelled(CancelReason reason) {
      late = reason instanceof CancelReason.DeadlineExceeded;
      tell(span, reason);
    }

    private void ended(OptionalInt status) {
      ServerSpan begun = own;
      if (begun != null) {
        begun.end(status, !late);
      }
    }
  }
}
