package dev.hangup.spring;

import static dev.hangup.spring.Service.SEEN;
import static dev.hangup.spring.Service.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// A proxy's headers rewrite the addresses of a request; its connection is found all the same.
class ProxyHeadersTest {
  @RestController
  static class Controller {
    @GetMapping("/get")
    String get(HttpServletRequest request) throws InterruptedException {
      SEEN.add(request.getRemoteAddr());
      return Service.workForEver();
    }
  }

  @ParameterizedTest
  @CsvSource({"TOMCAT, native", "TOMCAT, framework", "JETTY, native", "JETTY, framework"})
  void hangUpIsSeenBehindForwardedHeaders(Application.Engine engine, String strategy)
      throws Exception {
    SEEN.clear();
    try (Application application =
        Application.start(
            engine, List.of(Controller.class), "server.forward-headers-strategy=" + strategy)) {
      RawClient client = RawClient.connect(application.address());
      client.send("GET /get HTTP/1.1\r\nHost: test\r\n");
      client.send("X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Port: 443\r\n\r\n");
      assertThat(next()).isEqualTo("203.0.113.7");
      assertThat(next()).isEqualTo("arrived");
      client.leave(new Leaving.Close());

      assertThat(next()).isEqualTo(new CancelReason.ClientClosed());
    }
  }
}
