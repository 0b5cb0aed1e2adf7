package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The packaged demo, and real curls that are killed while they wait; over HTTP/1.1, the others are
/// those of [CurlProtocolsIT].
class CurlIT {
  private static final String GONE = "client_(closed|reset)";
  private static final long SOON = 20_000_000; // µs; some ms on a machine at rest

  private static DemoProcess demo;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    demo = DemoProcess.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    demo.stop();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void killedCurlStopsWork(boolean byForce) throws Exception {
    String id = "work-" + byForce;
    String target = "work?steps=100&ms=200&force=" + byForce;
    Process curl = Curl.start("-H", "X-Request-Id: " + id, demo.url(target));
    demo.awaitTraced(id, "working");
    if (byForce) {
      curl.destroyForcibly();
    } else {
      curl.destroy();
    }
    TracedEvent stopped = demo.awaitTraced(id, "stopped");

    demo.out().await("Client has disconnected. Stopping task. " + stopped.n());
    // More time than two steps would take goes by.
    Curl.run(demo.url("stream?count=5&ms=100"));
    demo.out().await("Stream completed. Sent 5 of 5 chunks.");
    assertThat(demo.trace()).filteredOn(event -> event.id().equals(id)).endsWith(stopped);
    awaitAccess("GET /" + target.replace("?", "\\?"), "499 0", GONE);
  }

  @Test
  void killedCurlIsToldAtOnce() throws Exception {
    Process curl = Curl.start("-H", "X-Request-Id: told-1", demo.url("work?steps=1&ms=60000"));
    demo.awaitTraced("told-1", "started");
    curl.destroy();
    TracedEvent told = demo.awaitTraced("told-1", "told");
    TracedEvent stopped = demo.awaitTraced("told-1", "stopped");

    assertThat(stopped.at() - told.at()).isBetween(0L, SOON);
    assertThat(stopped.n()).isZero();
    assertThat(List.of(told.reason(), stopped.reason())).allMatch(reason -> reason.matches(GONE));
  }

  @Test
  void killedCurlStopsStream() throws Exception {
    Process curl = Curl.start(demo.url("stream?count=1000&ms=20"));
    assertThat(curl.getInputStream().readNBytes(3 * 1024)).hasSize(3 * 1024);
    curl.destroy();
    String stopped = demo.out().awaitPrefix("Client has disconnected. Stopping stream. Sent ");

    assertThat(numberIn(stopped, "Sent (\\d+) of 1000 chunks")).isBetween(3L, 900L);
    awaitAccess("GET /stream\\?count=1000&ms=20", "200 \\d+", ".+");
  }

  @Test
  void curlKilledInTheWaitGetsNothingOfTheDownload() throws Exception {
    Process curl = Curl.start("-H", "X-Request-Id: wait-1", demo.url("download?wait=60000"));
    demo.awaitTraced("wait-1", "started");
    curl.destroy();

    demo.out().await("Client has disconnected. Stopping download. Written 0 of 104857600 bytes.");
    awaitAccess("GET /download\\?wait=60000", "499 0", GONE);
    assertThat(demo.awaitTraced("wait-1", "stopped").n()).isZero();
  }

  @Test
  void curlKilledInMidTransferGetsLittleOfTheDownload() throws Exception {
    String id = "X-Request-Id: mid-1";
    Process curl = Curl.start("--limit-rate", "256k", "-H", id, demo.url("download?wait=0&mb=100"));
    assertThat(curl.getInputStream().readNBytes(100_000)).hasSize(100_000);
    curl.destroyForcibly();

    long written = demo.awaitTraced("mid-1", "stopped").n();
    assertThat(written).isBetween(100_000L, 50_000_000L);
    demo.out()
        .await(
            "Client has disconnected. Stopping download. Written "
                + written
                + " of 104857600 bytes.");
    awaitAccess("GET /download\\?wait=0&mb=100", "200 \\d+", ".+");
  }

  @Test
  void killedCurlStopsQuery() throws Exception {
    Process curl = Curl.start("-H", "X-Request-Id: query-1", demo.url("report?rows=1000000"));
    Poll.until(this::sessions, running -> running.contains("SYSTEM_RANGE"));
    curl.destroy();

    demo.awaitTraced("query-1", "stopped");
    demo.out().await("Client has disconnected. Stopping query.");
    Poll.until(this::sessions, "[]"::equals);
    awaitAccess("GET /report\\?rows=1000000", "499 0", GONE);
  }

  @Test
  void manyKilledCurlsStopManyQueries() throws Exception {
    List<Process> curls = new ArrayList<>();
    int many = Runtime.getRuntime().availableProcessors() + 1;
    for (int i = 0; i < many; i++) {
      curls.add(Curl.start(demo.url("report?rows=1000000")));
    }
    Poll.until(this::sessions, running -> running.split("SUM\\(", -1).length > many);
    curls.forEach(Process::destroy);

    Poll.until(this::sessions, "[]"::equals);
  }

  private String sessions() throws Exception {
    return Curl.run(demo.url("report/sessions"));
  }

  @Test
  void patientCurlIsAnswered() throws Exception {
    String answer = Curl.run("-i", "-H", "X-Request-Id: patient-1", demo.url("work?steps=2&ms=50"));

    assertThat(answer)
        .startsWith("HTTP/1.1 200 OK")
        .containsIgnoringCase("x-request-id: patient-1")
        .endsWith("{\"status\":\"Task completed successfully\"}");
    awaitAccess("GET /work\\?steps=2&ms=50", "200 40", "-");
    assertThat(demo.out().soFar())
        .containsSubsequence("Working... 0", "Working... 1", "Task completed successfully");
    assertThat(demo.trace())
        .filteredOn(event -> event.id().equals("patient-1"))
        .extracting(TracedEvent::event, TracedEvent::n)
        .containsExactly(
            tuple("started", -1L),
            tuple("working", 0L),
            tuple("working", 1L),
            tuple("completed", 2L));
  }

  @Test
  void patientCurlGetsAllOfTheDownload() throws Exception {
    String size =
        Curl.run("-o", "/dev/null", "-w", "%{size_download}", demo.url("download?wait=0&mb=3"));

    assertThat(size).isEqualTo("3145728");
    demo.out().await("Download completed. Written 3145728 of 3145728 bytes.");
  }

  @Test
  void patientCurlGetsItsReport() throws Exception {
    assertThat(Curl.run(demo.url("report?rows=10"))).isEqualTo("{\"pairs\":100,\"sum\":281}");
    demo.out().await("Query completed.");
  }

  @Test
  void pageHasAHeadWithoutItsBody() throws Exception {
    assertThat(Curl.run("-I", demo.url("")))
        .startsWith("HTTP/1.1 200 OK")
        .containsIgnoringCase("content-type: text/html; charset=utf-8")
        .containsPattern("(?i)content-length: [1-9]\\d+")
        .doesNotContain("<html");
  }

  @Test
  void stoppedServerStopsItsWork(@TempDir Path folder) throws Exception {
    DemoProcess stopped = DemoProcess.start(folder);
    Process curl = Curl.start(stopped.url("work?steps=100&ms=200"));
    stopped.out().await("Working... 0");

    assertThat(stopped.terminate()).isEqualTo(143); // 128 + SIGTERM
    stopped.out().awaitPrefix("The server stops. Stopping task. ");
    assertThat(curl.waitFor()).isZero(); // it was told so
  }

  private void awaitAccess(String request, String answer, String reason) throws Exception {
    demo.awaitAccess(request, "HTTP/1.1", answer, reason);
  }

  private static long numberIn(String line, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(line);
    assertThat(matcher.find()).as(line).isTrue();
    return Long.parseLong(matcher.group(1));
  }
}
