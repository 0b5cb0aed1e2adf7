package dev.hangup.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What `hangup doctor` asks of an application of Spring's.
class ProbeTest {
  private static final String TOKEN = "0123456789abcdef";

  private static String get(Application application, String query) throws Exception {
    try (RawClient client = RawClient.connect(application.address())) {
      return ask(client, "GET", query).readAll();
    }
  }

  private static RawClient ask(RawClient client, String method, String query) throws Exception {
    return client.send(
        "%s /our/probe?%s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n".formatted(method, query)
            + "Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n"
                .formatted(TOKEN, method.equals("POST") ? 10 : 0));
  }

  @ParameterizedTest
  @EnumSource
  void tellsWhatItWasTold(Application.Engine engine) throws Exception {
    try (Application application =
        Application.start(
            engine, List.of(), "hangup.probe.token=" + TOKEN, "hangup.probe.path=/our/probe")) {
      assertThat(get(application, "id=w&wait=20&every=10")).startsWith("HTTP/1.1 200");
      assertThat(get(application, "id=w")).contains("\"told\":null", "\"whole\":true");
      for (String method : new String[] {"GET", "POST"}) {
        RawClient client = RawClient.connect(application.address());
        ask(client, method, "id=" + method + "&wait=10000");
        Poll.until(
            () -> get(application, "id=" + method), answer -> !answer.startsWith("HTTP/1.1 404"));
        client.leave(new Leaving.Reset());
        String known =
            Poll.until(
                () -> get(application, "id=" + method),
                answer -> !answer.contains("\"stoppedAgo\":null"));
        assertThat(known).contains("\"told\":\"", "\"whole\":false"); // or by a body that fails
      }
    }
  }

  @Test
  void isNotThereWithoutAToken() throws Exception {
    try (Application application =
        Application.start(
            Application.Engine.TOMCAT,
            List.of(),
            "hangup.probe.token=",
            "hangup.probe.path=/our/probe")) {
      assertThat(get(application, "id=w")).startsWith("HTTP/1.1 404");
    }
  }
}
