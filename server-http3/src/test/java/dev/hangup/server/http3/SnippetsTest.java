package dev.hangup.server.http3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.server.Handler;
import dev.hangup.server.Server;
import dev.hangup.server.Tls;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What the javadoc shows.
class SnippetsTest {
  @Test
  void http3() throws IOException {
    int port = 0;
    Handler handler = (_, response) -> response.text("hello");
    // @start region="http3"
    Tls tls = Tls.selfSigned(Path.of("target", "tls"));
    Http3 http3 = Http3.onPort(port);
    try (Server server =
        Server.start(handler, o -> o.withPort(0).withTls(port, tls).withEngine(http3))) {
      System.out.println(server + ", HTTP/3 on UDP " + http3.port());
      // @end
      assertThat(Http3.isAvailable()).isTrue();
    }
  }
}
