package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The packaged demo behind itself, and real curls: who hangs up on the proxy stops the work behind
/// it.
class CurlProxyIT {
  private static final String GONE = "client_(closed|reset)";

  private static DemoProcess demo;

  @TempDir private static Path folder;

  @BeforeAll
  static void start() throws Exception {
    demo = DemoProcess.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    if (demo != null) {
      demo.stop();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2-prior-knowledge"})
  void killedCurlStopsWorkBehindProxy(String protocol) throws Exception {
    String id = "proxy" + protocol;
    String path = "work?steps=1000&ms=50&p=" + protocol.length();
    Process curl = Curl.start(protocol, "-H", "X-Request-Id: " + id, demo.url("proxy/" + path));
    demo.awaitTraced(id, "working");
    curl.destroy();

    assertThat(demo.awaitTraced(id, "stopped").reason()).matches(GONE);
    String regex = path.replace("?", "\\?");
    demo.awaitAccess("GET /" + regex, "HTTP/1.1", "499 0", GONE);
    String spoken = protocol.equals("--http1.1") ? "HTTP/1.1" : "HTTP/2.0";
    demo.awaitAccess("GET /proxy/" + regex, spoken, "499 0", GONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2-prior-knowledge"})
  void patientCurlGetsAnswerFromBehindProxy(String protocol) throws Exception {
    assertThat(Curl.run(protocol, demo.url("proxy/work?steps=1&ms=1"))).contains("completed");
    assertThat(Curl.run(protocol, "--data-binary", "12345", demo.url("proxy/upload")))
        .isEqualTo("{\"bytes\":5}");
  }
}
