package dev.hangup.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hangup.RequestObserver;
import dev.hangup.observe.LivePage;
import dev.hangup.observe.LiveView;
import dev.hangup.observe.RequestMeters;
import dev.hangup.server.Router;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/// What can be seen of the requests from outside: `GET /hangup`, a page for browsers on this
/// machine, and `GET /metrics`, for Prometheus.
final class Seen {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final LiveView view = LiveView.open();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final RequestObserver observer = view.and(RequestMeters.in(registry)); // who looks, first

  RequestObserver observer() {
    return observer;
  }

  Router addTo(Router router) {
    view.hide(ToldStream.PATH);
    return LivePage.of(view)
        .addTo(router)
        .get("/metrics", (_, response) -> response.bytes(TEXT, registry.scrape().getBytes(UTF_8)));
  }
}
