package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged demo, and real curls that are killed while the server itself waits for somebody
/// else, who must hear of it.
class PassingOnIT {
  private static final Duration SOON = Duration.ofSeconds(20); // some ms on a machine at rest

  private static final String GONE = "client_(closed|reset)|write_failed";

  private static DemoProcess demo;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    demo = DemoProcess.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    demo.stop();
  }

  @Test
  void killedCurlClosesBothCallsOfTheRace() throws Exception {
    Process curl = curl("race-1", "race?north=60000&south=60000");
    demo.awaitTraced("race-1.north", "started");
    demo.awaitTraced("race-1.south", "started");
    Instant killed = kill(curl);

    seesStopped("race-1.north", killed);
    seesStopped("race-1.south", killed);
    seesStopped("race-1", killed);
  }

  @Test
  void lostRaceClosesItsCall() throws Exception {
    assertThat(Curl.run("-H", "X-Request-Id: race-2", demo.url("race?north=100&south=60000")))
        .isEqualTo("north took 100 ms\n");
    Instant won = time(demo.awaitTraced("race-2.north", "completed"));

    assertThat(demo.awaitTraced("race-2.south", "stopped").reason()).matches(GONE);
    took("race-2.south", won);
    demo.awaitTraced("race-2", "completed");
  }

  @Test
  void killedCurlClosesTheCallsThatAreOpen() throws Exception {
    Process curl = curl("fan-1", "fan-out?reviews=60000");
    demo.awaitTraced("fan-1.price", "completed");
    demo.awaitTraced("fan-1.stock", "completed");
    Instant killed = kill(curl);

    seesStopped("fan-1.reviews", killed);
    seesStopped("fan-1", killed);
  }

  @Test
  void killedCurlStopsTheGenerationOfTokens() throws Exception {
    Process curl = curl("chat-1", "chat?tokens=100000&ms=5");
    assertThat(curl.getInputStream().readNBytes(12)).hasSize(12); // an event is out
    Instant killed = kill(curl);

    seesStopped("chat-1.generate", killed);
    seesStopped("chat-1", killed);
    String upstream = Curl.run(demo.url("chat/upstream"));
    assertThat(upstream).matches("\\{\"running\":0,\"generated\":\\d{1,4}}");
    assertThat(Curl.run(demo.url("chat?tokens=3&ms=0"))).hasLineCount(6);
  }

  @Test
  void killedCurlStopsThePooledQuery() throws Exception {
    Process curl = curl("sql-1", "sql?rows=1000000");
    Poll.until(this::sessions, running -> running.contains("GENERATE_SERIES"));
    Instant killed = kill(curl);

    seesStopped("sql-1", killed);
    Poll.until(this::sessions, "[]"::equals);
    assertThat(Curl.run(demo.url("sql?rows=10"))).isEqualTo("{\"pairs\":100,\"sum\":281}");
  }

  private String sessions() throws Exception {
    return Curl.run(demo.url("report/sessions"));
  }

  @Test
  void killedCurlEndsTheNativeCall() throws Exception {
    assertThat(Curl.run(demo.url("embed?text=hello+world&times=1")))
        .startsWith("[-0.0344") // as everywhere
        .hasLineCount(1);
    Process curl = curl("embed-1", "embed");
    demo.awaitTraced("embed-1", "started");
    Curl.run(demo.url("work?steps=1&ms=500")); // now it computes
    Instant killed = kill(curl);

    seesStopped("embed-1", killed); // after the call has returned
  }

  @Test
  void killedCurlEndsAllProcesses() throws Exception {
    Process curl = curl("gzip-1", "transcode?mb=100000");
    Poll.until(demo::descendants, all -> all == 4);
    assertThat(curl.getInputStream().readNBytes(100_000)).hasSize(100_000);
    Instant killed = kill(curl);

    seesStopped("gzip-1", killed); // when none is left
    assertThat(demo.descendants()).isZero();
  }

  private static Process curl(String id, String target) throws Exception {
    return Curl.start("-H", "X-Request-Id: " + id, demo.url(target));
  }

  private static Instant kill(Process curl) {
    Instant now = Instant.now();
    curl.destroyForcibly();
    return now;
  }

  private static void seesStopped(String id, Instant killed) throws Exception {
    assertThat(demo.awaitTraced(id, "stopped").reason()).matches(GONE);
    took(id, killed);
  }

  private static void took(String id, Instant from) throws Exception {
    Duration took = Duration.between(from, time(demo.awaitTraced(id, "stopped")));
    System.out.println(id + " stopped after " + took.toMillis() + " ms");
    assertThat(took).isLessThan(SOON);
  }

  private static Instant time(TracedEvent event) {
    return Instant.EPOCH.plus(event.at(), ChronoUnit.MICROS);
  }
}
