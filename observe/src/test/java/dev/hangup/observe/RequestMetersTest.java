package dev.hangup.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.CancelReport;
import dev.hangup.RequestEvent;
import dev.hangup.RequestHead;
import dev.hangup.RequestObserver.Observed;
import dev.hangup.Straggler;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What the meters say.
class RequestMetersTest {
  private static final CancelReason CLOSED = new CancelReason.ClientClosed();
  private static final Straggler STRAGGLER =
      new Straggler("handler", Duration.ofMillis(250), List.of());

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RequestMeters meters = RequestMeters.in(registry);

  private Observed begin(String protocol) {
    return meters.begins(new RequestHead("GET", "/users/7", protocol, "127.0.0.1"));
  }

  private static RequestEvent stopped(CancelReason reason, long millis) {
    Duration time = Duration.ofMillis(millis);
    return new RequestEvent.Stopped(new CancelReport(reason, time, time, 0, 0, 1, List.of()));
  }

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }

  @Test
  void cancelledRequestIsCountedByReasonProtocolAndRoute() {
    Observed request = begin("HTTP/2.0");
    request.happens(new RequestEvent.Routed("/users/{id}"));
    assertThat(gauge("http.server.requests.active")).isEqualTo(1);
    request.happens(new RequestEvent.Cancelled(CLOSED));
    request.happens(stopped(CLOSED, 3));
    request.happens(new RequestEvent.Ended(OptionalInt.empty()));

    assertThat(
            registry
                .get("http.server.cancellations")
                .tags("reason", "client_closed", "protocol", "HTTP/2.0", "route", "/users/{id}")
                .counter()
                .count())
        .isEqualTo(1);
    assertThat(
            registry
                .get("http.server.cancel.time_to_stop")
                .tags("reason", "client_closed")
                .timer()
                .totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(3);
    assertThat(gauge("http.server.requests.active")).isZero();
  }

  @Test
  void stragglerIsCountedUntilItsRequestEnds() {
    Observed request = begin("HTTP/1.1");
    request.happens(new RequestEvent.Straggles(STRAGGLER));
    request.happens(new RequestEvent.Straggles(STRAGGLER));
    assertThat(gauge("http.server.stragglers")).isEqualTo(1);
    request.happens(new RequestEvent.Ended(OptionalInt.empty()));
    request.happens(new RequestEvent.Straggles(STRAGGLER)); // told late
    assertThat(gauge("http.server.stragglers")).isZero();
  }

  @Test
  void nothingThatAClientSendsBecomesATag() {
    for (int i = 0; i < 2_000; i++) {
      Observed request =
          meters.begins(new RequestHead("M" + i, "/" + i, "HTTP/9." + i, "10.0.0." + i));
      request.happens(new RequestEvent.Cancelled(CLOSED));
      request.happens(new RequestEvent.Ended(OptionalInt.empty()));
    }
    assertThat(registry.get("http.server.cancellations").counters())
        .singleElement()
        .satisfies(counter -> {
          assertThat(counter.count()).isEqualTo(2_000);
          assertThat(counter.getId().getTag("protocol")).isEqualTo("other");
          assertThat(counter.getId().getTag("route")).isEqualTo("unmatched");
        });
  }

  @Test
  void routesHaveABound() {
    for (int i = 0; i < 3_000; i++) {
      Observed request = begin("HTTP/1.1");
      request.happens(new RequestEvent.Routed("/" + i));
      request.happens(new RequestEvent.Cancelled(CLOSED));
    }
    assertThat(registry.get("http.server.cancellations").counters()).hasSize(1_001);
  }

  @Test
  void namesArePrometheusNames() {
    PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Observed request =
        RequestMeters.in(prometheus).begins(new RequestHead("GET", "/", "HTTP/1.1", "127.0.0.1"));
    request.happens(new RequestEvent.Routed("/<b>\"{id}"));
    request.happens(new RequestEvent.Cancelled(CLOSED));
    request.happens(stopped(CLOSED, 3));

    assertThat(prometheus.scrape())
        .contains(
            "http_server_cancellations_total{protocol=\"HTTP/1.1\",reason=\"client_closed\",route=\"/<b>\\\"{id}\"} 1.0",
            "http_server_cancel_time_to_stop_seconds_bucket{reason=\"client_closed\",le=\"0.005\"} 1",
            "http_server_stragglers 0.0",
            "http_server_requests_active 1.0");
    assertThat(prometheus.getMeters()).extracting(Meter::getId).hasSize(4);
  }
}
