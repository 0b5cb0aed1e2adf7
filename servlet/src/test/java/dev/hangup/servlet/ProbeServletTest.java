package dev.hangup.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.CancellationContract.Running;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.Protocol;
import dev.hangup.testkit.RawClient;
import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProbeServletTest {
  private static final String TOKEN = "0123456789abcdef";

  private static String get(InetSocketAddress server, String query, String token) throws Exception {
    try (RawClient client = RawClient.connect(server)) {
      return ask(client, query, token).readAll();
    }
  }

  private static RawClient ask(RawClient client, String query, String token) throws Exception {
    return client.send(
        "GET /hangup/probe?%s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n".formatted(query)
            + "Authorization: Bearer %s\r\n\r\n".formatted(token));
  }

  @ParameterizedTest
  @EnumSource
  void tellsWhatItWasTold(Engine engine) throws Exception {
    HangUpFilter filter = HangUpFilter.create(UnaryOperator.identity());
    Running running =
        engine.container(Setup.PLAIN).start(ProbeServlet.withToken(TOKEN), filter, Protocol.HTTP1);
    InetSocketAddress server = running.address();
    try {
      assertThat(get(server, "id=w&wait=1", TOKEN)).startsWith("HTTP/1.1 200").contains("piece");
      assertThat(get(server, "id=w", TOKEN)).contains("\"told\":null", "\"whole\":true");
      assertThat(get(server, "id=w", "wrong")).startsWith("HTTP/1.1 401");
      RawClient client = RawClient.connect(server);
      ask(client, "id=a&wait=10000", TOKEN);
      while (get(server, "id=a", TOKEN).startsWith("HTTP/1.1 404")) {
        // not there yet
      }
      client.leave(new Leaving.Reset());
      String known = get(server, "id=a", TOKEN);
      while (known.contains("\"stoppedAgo\":null")) {
        known = get(server, "id=a", TOKEN);
      }
      assertThat(known).contains("\"told\":\"client_", "\"whole\":false");
    } finally {
      running.stop().close();
    }
  }

  @Test
  void isRegisteredBehindTheFilter() throws Exception {
    Server server = new Server();
    ServletContextHandler handler = new ServletContextHandler("/");
    String token = TOKEN;
    handler.addServletContainerInitializer((_, context) -> {
      // @start region="probe"
      context.addServlet("probe", ProbeServlet.withToken(token)).addMapping("/hangup/probe");
      // @end
    });
    server.setHandler(handler);
    server.start();
    assertThat(handler.getServletContext().getServletRegistration("probe")).isNotNull();
    server.stop();
  }
}
