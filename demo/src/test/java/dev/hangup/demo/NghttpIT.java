package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.Tools;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The packaged demo, and real nghttps: another HTTP/2 than curl's, in plain text and over TLS.
class NghttpIT {
  private static final String GONE = "client_(closed|reset)";

  private static DemoProcess demo;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    demo = DemoProcess.startWithTls(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    if (demo != null) {
      demo.stop();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void killedNghttpStopsItsWork(boolean secure) throws Exception {
    String id = "one-" + secure;
    Process nghttp = nghttp(id, secure, "work?steps=1000&ms=50");
    demo.awaitTraced(id, "working");
    nghttp.destroy();

    assertThat(demo.awaitTraced(id, "told").reason()).matches(GONE);
    assertThat(demo.awaitTraced(id, "stopped").reason()).matches(GONE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void killedNghttpStopsWhatStillRunsOfItsRequests(boolean secure) throws Exception {
    String id = "some-" + secure;
    Process nghttp =
        nghttp(id, secure, "work?steps=1000&ms=50", "work?steps=2&ms=50", "stream?count=3&ms=50");
    Poll.until(demo::trace, trace -> count(trace, id, "completed") == 2);
    nghttp.destroy();

    assertThat(demo.awaitTraced(id, "stopped").reason()).matches(GONE);
    assertThat(count(demo.trace(), id, "started")).isEqualTo(3);
    assertThat(count(demo.trace(), id, "completed")).isEqualTo(2);
    assertThat(count(demo.trace(), id, "told")).isEqualTo(1);
  }

  private static long count(List<TracedEvent> trace, String id, String event) {
    return trace.stream().filter(e -> e.id().equals(id) && e.event().equals(event)).count();
  }

  /// Asks for all paths at once, on one connection.
  private static Process nghttp(String id, boolean secure, String... paths) throws IOException {
    List<String> command = new ArrayList<>(List.of(Tools.require("nghttp").toString()));
    command.addAll(List.of("--null-out", "--no-verify-peer", "-H", "x-request-id: " + id));
    for (String path : paths) {
      command.add(secure ? demo.secureUrl(path) : demo.url(path));
    }
    return new ProcessBuilder(command).inheritIO().start();
  }
}
