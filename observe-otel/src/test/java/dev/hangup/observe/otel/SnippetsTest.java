package dev.hangup.observe.otel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.server.Router;
import dev.hangup.server.Server;
import dev.hangup.testkit.RawClient;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The code in the javadoc and in the guide, run.
class SnippetsTest {
  @RegisterExtension static final OpenTelemetryExtension SDK = OpenTelemetryExtension.create();

  @Test
  void spans() throws Exception {
    OpenTelemetry openTelemetry = SDK.getOpenTelemetry();
    Router router = Router.empty().get("/hello", (_, response) -> response.text("hello"));
    // @start region="spans"
    Server server =
        Server.start(
            router.with(ServerSpans.of(openTelemetry)),
            o -> o.withPort(0).withObserver(RequestSpans.observing()));
    // @end
    try (server;
        RawClient client = RawClient.connect(server.address())) {
      assertThat(client.request("GET", "/hello").readResponse()).endsWith("hello");
    }
    while (SDK.getSpans().isEmpty()) {
      LockSupport.parkNanos(1_000_000); // it ends after the answer
    }
    assertThat(SDK.getSpans()).extracting("name").containsExactly("GET /hello");
  }
}
