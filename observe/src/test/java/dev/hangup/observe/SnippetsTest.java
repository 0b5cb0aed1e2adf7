package dev.hangup.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.RequestHead;
import dev.hangup.server.Router;
import dev.hangup.server.Server;
import dev.hangup.testkit.RawClient;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

/// The code in the javadoc and in the guide, run.
class SnippetsTest {
  private static String get(Server server, String path) throws Exception {
    try (RawClient client = RawClient.connect(server.address())) {
      return client
          .send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
          .readAll();
    }
  }

  @Test
  void feed() throws Exception {
    LiveView view = LiveView.open();
    StringBuilder sent = new StringBuilder();
    // @start region="feed"
    LiveFeed feed = LiveFeed.of(view);
    sent.append("data: ").append(feed.next()).append("\n\n"); // at once, and then again and again
    // @end
    view.begins(RequestHead.of("GET", "/work?secret=1", "HTTP/1.1", "127.0.0.1"));
    sent.append("data: ").append(feed.next()).append("\n\n");
    assertThat(sent.toString()).startsWith("data: {").contains("\"/work\"").hasLineCount(4);
  }

  @Test
  void meters() throws Exception {
    // @start region="meters"
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Router router =
        Router.empty().get("/metrics", (_, response) -> response.text(registry.scrape()));
    Server server =
        Server.start(router, o -> o.withPort(0).withObserver(RequestMeters.in(registry)));
    // @end
    try (server) {
      assertThat(get(server, "/metrics")).contains("http_server_requests_active 1.0");
    }
  }

  @Test
  void page() throws Exception {
    Router routes = Router.empty().get("/", (_, response) -> response.text("here"));
    // @start region="page"
    LiveView view = LiveView.open();
    Router router = LivePage.of(view).addTo(routes);
    Server server = Server.start(router, o -> o.withPort(0).withObserver(view));
    // @end
    try (server) {
      assertThat(get(server, "/hangup")).contains("Who hung up");
    }
  }
}
