package dev.hangup.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Calls by `WebClient` under WebFlux stop by Reactor's cancel, and carry the deadline that is in
/// Reactor's context.
class WebFluxClientsTest {
  private static Application start(Downstream downstream) {
    return Application.start(
        Application.Engine.REACTOR_NETTY,
        List.of(CallingControllers.Web.class),
        "downstream=" + downstream.url());
  }

  @Test
  void hangUpAndDeadlineReachTheServiceDownstream() throws Exception {
    ErrorLog log = ErrorLog.open();
    try (Downstream downstream = new Downstream();
        Application application = start(downstream)) {
      for (String scene : List.of("/silent", "/half", "/drip")) {
        for (int round = 0; round < Integer.getInteger("hangup.rounds", 20); round++) {
          RawClient client = RawClient.connect(application.address());
          client.request("GET", "/mono" + scene);
          Downstream.Call call = downstream.next();
          client.leave(new Leaving.Close());
          assertThat(call.awaitLeft()).as(scene).isTrue();
        }
      }
      try (RawClient client = RawClient.connect(application.address())) {
        client.send("GET /mono/half HTTP/1.1\r\nHost: test\r\nRequest-Timeout: 1\r\n\r\n");
        Downstream.Call call = downstream.next();
        assertThat(call.head()).anyMatch(field -> field.matches("(?i)Request-Timeout: 0\\.\\d{3}"));
        assertThat(call.awaitLeft()).isTrue();
      }
    }
    log.close();
    assertThat(log.lines()).isEmpty();
  }
}
