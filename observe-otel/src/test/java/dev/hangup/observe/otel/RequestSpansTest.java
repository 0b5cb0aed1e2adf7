package dev.hangup.observe.otel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.RequestEvent;
import dev.hangup.RequestHead;
import dev.hangup.RequestObserver.Observed;
import dev.hangup.server.Handler;
import dev.hangup.server.HttpException;
import dev.hangup.server.Router;
import dev.hangup.server.Server;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is on the spans of requests, in OpenTelemetry's own exporter.
class RequestSpansTest {
  @RegisterExtension static final OpenTelemetryExtension SDK = OpenTelemetryExtension.create();

  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  private static final String CANCELLED = "request.cancelled";
  private static final Attributes CLOSED =
      Attributes.of(AttributeKey.stringKey("hangup.reason"), "client_closed");

  private final CountDownLatch arrived = new CountDownLatch(1);
  private final Handler waiting =
      (_, _) -> {
        arrived.countDown();
        new CountDownLatch(1).await();
      };

  private Server serve() throws Exception {
    Tracer tracer = SDK.getOpenTelemetry().getTracer("test");
    Router router =
        Router.empty()
            .get("/wait/{id}", waiting)
            .get("/timed", waiting, o -> o.withTimeout(Duration.ofMillis(50)))
            .get("/failing", (_, _) -> failed())
            .get("/refusing", (_, _) -> refused())
            .get(
                "/nested",
                (_, response) -> {
                  tracer.spanBuilder("inside").startSpan().end();
                  response.text("!");
                });
    return Server.start(
        router.with(ServerSpans.of(SDK.getOpenTelemetry())),
        o -> o.withPort(0).withObserver(RequestSpans.observing()));
  }

  private static void failed() {
    throw new IllegalStateException("on purpose");
  }

  private static void refused() {
    throw new HttpException(404, "no such thing");
  }

  private SpanData spanOf(String path) throws Exception {
    try (Server server = serve();
        RawClient client = RawClient.connect(server.address())) {
      client.request("GET", path).readHead();
    }
    return span();
  }

  /// The only span that there is in the end.
  private static SpanData span() {
    return spans(1).getFirst();
  }

  private static List<SpanData> spans(int count) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (SDK.getSpans().size() < count && System.nanoTime() < end) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(SDK.getSpans()).hasSize(count);
    return SDK.getSpans();
  }

  @Test
  void hangUpIsAnEventAndNoError() throws Exception {
    try (Server server = serve()) {
      RawClient client = RawClient.connect(server.address()).request("GET", "/wait/7?secret=1");
      arrived.await();
      client.leave(new Leaving.Reset());
      SpanData span = span();

      assertThat(span.getName()).isEqualTo("GET /wait/{id}");
      assertThat(span.getEvents())
          .singleElement()
          .satisfies(event -> {
            assertThat(event.getName()).isEqualTo(CANCELLED);
            assertThat(event.getAttributes().asMap())
                .containsEntry(AttributeKey.stringKey("hangup.reason"), "client_reset");
          });
      assertThat(span.getStatus()).isEqualTo(StatusData.unset());
      assertThat(span.getAttributes().get(STATUS)).as("nothing was sent").isNull();
      assertThat(span.getAttributes().get(ERROR)).isNull();
      assertThat(span.getAttributes().asMap().toString()).contains("/wait/7").doesNotContain("?");
    }
  }

  @Test
  void hangUpBeforeThereIsARouteIsNoErrorEither() throws Exception {
    Handler traced = waiting.with(ServerSpans.of(SDK.getOpenTelemetry()));
    try (Server server =
        Server.start(traced, o -> o.withPort(0).withObserver(RequestSpans.observing()))) {
      RawClient client = RawClient.connect(server.address()).request("GET", "/");
      arrived.await();
      client.leave(new Leaving.Reset());
      SpanData span = span();

      assertThat(span.getEvents()).singleElement().extracting("name").isEqualTo(CANCELLED);
      assertThat(span.getStatus()).isEqualTo(StatusData.unset());
      assertThat(span.getAttributes().get(STATUS)).isNull();
      assertThat(span.getAttributes().get(ERROR)).isNull();
    }
  }

  @Test
  void deadlineIsAnError() throws Exception {
    SpanData span = spanOf("/timed");

    assertThat(span.getEvents()).hasSize(1);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(span.getAttributes().get(ERROR)).isEqualTo("deadline_exceeded");
    assertThat(span.getAttributes().get(STATUS)).isEqualTo(504);
  }

  @Test
  void failureOfTheServersIsAnErrorAndOfTheClientsIsNone() throws Exception {
    SpanData failing = spanOf("/failing");
    assertThat(failing.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(failing.getAttributes().get(ERROR)).isEqualTo("500");
    SDK.clearSpans();
    SpanData refusing = spanOf("/refusing");
    assertThat(refusing.getStatus()).isEqualTo(StatusData.unset());
    assertThat(refusing.getAttributes().get(STATUS)).isEqualTo(404);
    SDK.clearSpans();
    SpanData unmatched = spanOf("/nowhere");
    assertThat(unmatched.getName()).isEqualTo("GET");
    assertThat(unmatched.getAttributes().get(STATUS)).isEqualTo(404);
  }

  @Test
  void spanIsAChildOfTheCallersAndTheParentOfWhatTheHandlerDoes() throws Exception {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    try (Server server = serve();
        RawClient client = RawClient.connect(server.address())) {
      client.send(
          "GET /nested HTTP/1.1\r\nHost: test\r\ntraceparent: 00-%s-00f067aa0ba902b7-01\r\n\r\n"
              .formatted(trace));
      assertThat(client.readResponse()).endsWith("!");
    }
    List<SpanData> spans = spans(2);
    SpanData inside = spans.getFirst();
    SpanData request = spans.getLast();

    assertThat(request.getTraceId()).isEqualTo(trace);
    assertThat(request.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
    assertThat(inside.getParentSpanId()).isEqualTo(request.getSpanId());
    assertThat(request.getAttributes().get(STATUS)).isEqualTo(200);
  }

  /// As an agent, or a framework's filter, has begun it.
  @Test
  void spanOfOthersIsToldButLeftToThem() {
    Tracer tracer = SDK.getOpenTelemetry().getTracer("agent");
    RequestHead head = RequestHead.of("GET", "/", "HTTP/1.1", "127.0.0.1");
    Span before = tracer.spanBuilder("before").startSpan();
    Span within = tracer.spanBuilder("within").startSpan();
    Observed told;
    try (Scope _ = before.makeCurrent()) {
      told = RequestSpans.observing().begins(head);
    }
    Observed later = RequestSpans.observing().begins(head);
    try (Scope _ = within.makeCurrent()) {
      told.happens(new RequestEvent.Routed("/"));
      later.happens(new RequestEvent.Routed("/"));
    }
    for (Observed request : List.of(told, later)) {
      request.happens(new RequestEvent.Cancelled(new CancelReason.ClientClosed()));
      request.happens(new RequestEvent.Ended(OptionalInt.of(200)));
    }
    assertThat(SDK.getSpans()).as("not ended by the observer").isEmpty();
    before.end();
    within.end();
    assertThat(SDK.getSpans())
        .hasSize(2)
        .allSatisfy(span -> {
          assertThat(span.getEvents()).singleElement().extracting("attributes").isEqualTo(CLOSED);
          assertThat(span.getStatus()).isEqualTo(StatusData.unset());
          assertThat(span.getAttributes().isEmpty()).isTrue();
        });
  }

  @Test
  void requestWithoutASpanCostsNothing() {
    RequestHead head = RequestHead.of("GET", "/", "HTTP/1.1", "127.0.0.1");
    Observed told = RequestSpans.observing().begins(head);
    told.happens(new RequestEvent.Routed("/"));
    told.happens(new RequestEvent.Cancelled(new CancelReason.ClientClosed()));
    told.happens(new RequestEvent.Ended(OptionalInt.empty()));
    assertThat(SDK.getSpans()).isEmpty();
  }
}
