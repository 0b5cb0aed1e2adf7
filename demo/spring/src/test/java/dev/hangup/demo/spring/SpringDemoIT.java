package dev.hangup.demo.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The packaged demo, Tomcat with a single thread, and a real curl that is killed.
class SpringDemoIT {
  private static final Duration SLACK = Duration.ofSeconds(20); // 100 ms on a machine at rest
  private static DemoProcess demo;

  @BeforeAll
  static void start() throws Exception {
    demo =
        DemoProcess.start(
            "--hangup.grace=10s", // a slow machine makes no stragglers
            "--server.tomcat.threads.max=1",
            "--server.tomcat.threads.min-spare=1",
            "--management.endpoints.web.exposure.include=health,hangups,hanguplive,metrics",
            "--management.endpoint.health.show-components=always");
  }

  @AfterAll
  static void nothingWasLoggedAsAnError() throws Exception {
    List<String> log = demo.stop();
    assertThat(log).noneMatch(line -> line.contains(" ERROR ") || line.contains(" WARN "));
  }

  @Test
  void killedCurlFreesTomcatsOnlyThread() throws Exception {
    Process curl = curl("/report");
    demo.await("report: chapter 2");
    Instant killed = kill(curl);

    assertThat(get("/orders")).startsWith("["); // nobody else could answer
    measured("/report: thread free", killed, Instant.now());
    demo.await("report: over at chapter");
    assertThat(listed("/report")).contains("\"reason\":\"client_closed\"", "\"timeToStop\":\"PT");
  }

  @Test
  void killedCurlClosesTheCallToTheOtherService() throws Exception {
    Process curl = curl("/call");
    demo.await("slow service: called");
    Instant killed = kill(curl);

    measured("/call: other service", killed, demo.timeOf("slow service: caller left"));
    assertThat(get("/orders")).startsWith("[");
    measured("/call: thread free", killed, Instant.now());
    assertThat(listed("/call")).contains("\"reason\":\"client_closed\"", "\"timeToStop\":\"PT");
  }

  /// Health and metrics, which ask HikariCP itself, find it behind what stops its statements.
  @Test
  void killedCurlStopsTheQueryAndThePoolIsAsBefore() throws Exception {
    String connections = get("/actuator/metrics/hikaricp.connections.max");
    assertThat(connections).contains("\"value\":10");
    Process curl = curl("/sql");
    demo.await("sql: asking");
    Instant killed = kill(curl);

    measured("/sql: query over", killed, demo.timeOf("sql: over"));
    assertThat(get("/actuator/health")).contains("\"db\":{\"status\":\"UP\"}");
    assertThat(get("/actuator/metrics/hikaricp.connections.active")).contains("\"value\":0");
    assertThat(get("/actuator/metrics/hikaricp.connections.max")).isEqualTo(connections);
    assertThat(listed("/sql")).contains("\"reason\":\"client_closed\"", "\"timeToStop\":\"PT");
  }

  @Test
  void killedCurlCompletesTheEmitter() throws Exception {
    Process curl = curl("/sse");
    assertThat(
            new String(
                curl.getInputStream().readNBytes(9), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("data:tick");
    Instant killed = kill(curl);

    measured("/sse: completed", killed, demo.timeOf("sse: over"));
  }

  @Test
  void killedCurlLetsThePostRunToItsEnd() throws Exception {
    Process curl = curl("/orders", "-d", "tea", "-H", "Content-Type: text/plain");
    demo.await("order: paying tea");
    kill(curl);

    demo.await("order: done tea");
    assertThat(get("/orders")).isEqualTo("[\"tea\"]");
    assertThat(listed("/orders")).contains("\"policy\":\"FINISH\"");
  }

  @Test
  void livePageIsServedToThisMachine() throws Exception {
    assertThat(get("/actuator/hanguplive")).contains("src=\"hanguplive/page.js\"");
    Process feed = curl("/actuator/hanguplive/feed");
    assertThat(
            new String(
                feed.getInputStream().readNBytes(11), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("data:{\"now\"");
    kill(feed);
  }

  /// The Actuator's entry for a route.
  private static String listed(String route) throws Exception {
    for (Instant end = Instant.now().plusSeconds(60); ; ) {
      String all = get("/actuator/hangups");
      int at = all.indexOf("\"route\":\"" + route + "\"");
      if (at >= 0) {
        return all.substring(all.lastIndexOf('{', at), all.indexOf('}', at));
      }
      assertThat(Instant.now()).as(all).isBefore(end);
    }
  }

  private static String get(String path) throws Exception {
    return demo.get(path);
  }

  private static Process curl(String path, String... arguments) throws Exception {
    return demo.curl(path, arguments);
  }

  private static Instant kill(Process curl) {
    Instant now = Instant.now();
    curl.destroyForcibly();
    return now;
  }

  private static void measured(String what, Instant from, Instant to) {
    Duration took = Duration.between(from, to);
    System.out.println(what + " " + took.toMillis() + " ms after curl was killed");
    assertThat(took).as(what).isLessThan(SLACK);
  }
}
