package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// The packaged demo, and real curls over each protocol that it speaks.
class CurlProtocolsIT {
  private static final String GONE = "client_(closed|reset)";

  private static DemoProcess demo;

  @TempDir private static Path folder;

  /// What curl is told, and what the access log calls it.
  enum Protocol {
    HTTP1(false, "HTTP/1.1", "--http1.1"),
    HTTP1_TLS(true, "HTTP/1.1", "--insecure --http1.1"),
    HTTP2(false, "HTTP/2.0", "--http2-prior-knowledge"),
    HTTP2_TLS(true, "HTTP/2.0", "--insecure");

    private final boolean secure;
    private final String name;
    private final String options;

    Protocol(boolean secure, String name, String options) {
      this.secure = secure;
      this.name = name;
      this.options = options;
    }

    String[] arguments(String id, String path, String... more) {
      List<String> all = new ArrayList<>(List.of(options.split(" ")));
      all.addAll(List.of("-H", "X-Request-Id: " + id));
      all.addAll(List.of(more));
      all.add(secure ? demo.secureUrl(path) : demo.url(path));
      return all.toArray(String[]::new);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    demo = DemoProcess.startWithTls(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    if (demo != null) {
      demo.stop();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "HTTP1") // CurlIT does
  void killedCurlStopsWork(Protocol protocol) throws Exception {
    String id = "work-" + protocol;
    String path = "work?steps=1000&ms=50&p=" + protocol;
    Process curl = Curl.start(protocol.arguments(id, path));
    demo.awaitTraced(id, "working");
    curl.destroy();

    assertThat(demo.awaitTraced(id, "told").reason()).matches(GONE);
    assertThat(demo.awaitTraced(id, "stopped").reason()).matches(GONE);
    demo.awaitAccess("GET /" + path.replace("?", "\\?"), protocol.name, "499 0", GONE);
  }

  @ParameterizedTest
  @EnumSource
  void killedCurlStopsServerSentEvents(Protocol protocol) throws Exception {
    String id = "sse-" + protocol;
    Process curl = Curl.start(protocol.arguments(id, "sse?count=1000&ms=20"));
    assertThat(curl.inputReader().readLine()).isEqualTo("id: 1");
    curl.destroy();

    TracedEvent stopped = demo.awaitTraced(id, "stopped");
    assertThat(stopped.reason()).matches(GONE + "|write_failed");
    assertThat(stopped.n()).isBetween(1L, 900L);
    demo.out()
        .await(
            "Client has disconnected. Stopping events. Sent " + stopped.n() + " of 1000 events.");
  }

  @ParameterizedTest
  @EnumSource
  void killedCurlStopsUpload(Protocol protocol) throws Exception {
    String id = "upload-" + protocol;
    Process curl = Curl.start(protocol.arguments(id, "upload", "-X", "POST", "-T", "-"));
    OutputStream body = curl.getOutputStream();
    body.write(new byte[100_000]);
    body.flush();
    Poll.until(demo::trace, trace -> received(trace, id) == 100_000);
    curl.destroy();

    TracedEvent stopped = demo.awaitTraced(id, "stopped");
    assertThat(stopped.reason()).matches(GONE);
    assertThat(stopped.n()).isEqualTo(100_000);
    demo.out().await("Client has disconnected. Stopping upload. Received 100000 bytes.");
  }

  private static long received(List<TracedEvent> trace, String id) {
    return trace.stream()
        .filter(e -> e.id().equals(id) && e.event().equals("received"))
        .mapToLong(TracedEvent::n)
        .max()
        .orElse(0);
  }

  @ParameterizedTest
  @EnumSource
  void patientCurlUploadsAll(Protocol protocol) throws Exception {
    Path file = Files.write(folder.resolve("body-" + protocol), new byte[3_000_000]);
    String answer =
        Curl.run(
            protocol.arguments(
                "whole-" + protocol,
                "upload",
                "--data-binary",
                "@" + file,
                "-w",
                " %{http_version}"));

    assertThat(answer).matches("\\{\"bytes\":3000000} (1\\.1|2)");
    demo.awaitAccess("POST /upload", protocol.name, "200 17", "-");
    demo.out().await("Upload completed. Received 3000000 bytes.");
  }

  @ParameterizedTest
  @CsvSource({
    "work?steps=x, steps: x",
    "work?steps=0, steps: 0",
    "stream?ms=-1, ms: -1",
    "sse?count=0, count: 0",
    "ndjson?ms=600001, ms: 600001",
    "download?mb=1e3, mb: 1e3",
    "report?rows=99999999999, rows: 99999999999"
  })
  void badParameterIsNamed(String path, String named) throws Exception {
    assertThat(Curl.run("-i", "-H", "X-Request-Id: bad", demo.url(path)))
        .startsWith("HTTP/1.1 400")
        .contains(named + " (expected: a whole number, ");
    assertThat(demo.trace()).extracting(TracedEvent::id).doesNotContain("bad");
  }

  // With prior knowledge curl 7.88 asks for one after the other; by ALPN for all at once.
  @Test
  void killedCurlStopsBothOfItsStreams() throws Exception {
    String path = "work?steps=1000&ms=50&both=[1-2]";
    Process curl = Curl.start(Protocol.HTTP2_TLS.arguments("both", path, "--parallel"));
    Poll.until(demo::trace, trace -> count(trace, "both", "started") == 2);
    curl.destroy();

    Poll.until(demo::trace, trace -> count(trace, "both", "stopped") == 2);
    for (int i = 1; i <= 2; i++) {
      demo.awaitAccess("GET /work\\?steps=1000&ms=50&both=" + i, "HTTP/2.0", "499 0", GONE);
    }
  }

  private static long count(List<TracedEvent> trace, String id, String event) {
    return trace.stream().filter(e -> e.id().equals(id) && e.event().equals(event)).count();
  }

  @Test
  void parallelCurlNeedsOneConnection() throws Exception {
    String answer =
        Curl.run(
            Protocol.HTTP2_TLS.arguments(
                "one",
                "work?steps=2&ms=50&one=[1-3]",
                "--parallel",
                "-w",
                "connects=%{num_connects}\n"));

    assertThat(answer.split("connects=1", -1)).as(answer).hasSize(2);
    assertThat(answer.split("connects=0", -1)).as(answer).hasSize(3);
  }
}
