package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import org.junit.jupiter.api.Test;

class ProbeTest {
  private static final String TOKEN = "0123456789abcdef";

  private static String get(Server server, String query, String token) throws Exception {
    try (RawClient client = RawClient.connect(server.address())) {
      return ask(client, "GET", query, token).readAll();
    }
  }

  private static RawClient ask(RawClient client, String method, String query, String token)
      throws Exception {
    return client.send(
        "%s /hangup/probe?%s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
                .formatted(method, query)
            + "Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n"
                .formatted(token, method.equals("POST") ? 10 : 0));
  }

  @Test
  void tellsWhatItWasTold() throws Exception {
    Router routes = Router.empty();
    String token = TOKEN;
    // @start region="probe"
    Router router = Probe.withToken(token).addTo(routes);
    // @end
    try (Server server = Server.start(router, o -> o.withPort(0))) {
      assertThat(get(server, "id=w&wait=1", token)).startsWith("HTTP/1.1 200 ").contains("piece");
      assertThat(get(server, "id=w", token)).contains("\"told\":null", "\"whole\":true");
      assertThat(get(server, "id=w", "wrong")).startsWith("HTTP/1.1 401 ");
      for (String method : new String[] {"GET", "POST"}) {
        RawClient client = RawClient.connect(server.address());
        String id = "id=" + method;
        ask(client, method, id + "&wait=10000", token);
        while (get(server, id, token).contains(" 404 ")) {
          // not there yet
        }
        client.leave(new Leaving.Reset());
        String known = get(server, id, token);
        while (known.contains("\"stoppedAgo\":null")) {
          known = get(server, id, token);
        }
        assertThat(known).contains("\"told\":\"client_reset\"", "\"whole\":false");
      }
    }
  }
}
