package dev.hangup.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hangup.testkit.Tools;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareTest {
  private static final String WRK =
      """
      Running 1s test @ http://127.0.0.1:8080/
        1 threads and 64 connections
        Thread Stats   Avg      Stdev     Max   +/- Stdev
          Latency     1.20ms    2.10ms  30.00ms   95.00%
          Req/Sec    78.00k     9.00k   90.00k    80.00%
        123456 requests in 1.10s, 12.30MB read
      Requests/sec: 112232.73
      Transfer/sec:     11.18MB
      """;

  private static final String H2LOAD =
      """
      finished in 2.00s, 1000.50 req/s, 35.20KB/s
      requests: 2001 total, 2256 started, 2001 done, 2001 succeeded, 0 failed, 0 errored, 0 timeout
      status codes: 2001 2xx, 0 3xx, 0 4xx, 0 5xx
      traffic: 70.40KB (72090) total, 2.00KB (2048) headers (space savings 96.00%)
      """;

  @Test
  void hangupAndNettyAnswerEachLoadWithoutErrors() throws Exception {
    Tools.require("wrk");
    Tools.require("h2load");
    String tables = compare("--rounds 1 --seconds 1 --only hangup,netty");

    assertThat(tables.lines().filter(line -> line.startsWith("| Hangup | "))).hasSize(2);
    assertThat(tables.lines().filter(line -> line.startsWith("| Netty alone"))).hasSize(2);
    assertThat(tables).contains("## HTTP/1.1", "## HTTP/2 without TLS").doesNotContain("invalid");
  }

  @Test
  void requestsInFlightOfHangupStopWhenTheirClientsLeave() throws Exception {
    assertThat(compare("--memory --requests 50 --only hangup"))
        .containsPattern("\\| Hangup \\| [^|]+ KB \\| [^|]+ KB \\| [0-9,]+ ms \\|");
  }

  private static String compare(String arguments) throws IOException, InterruptedException {
    try (Compare compare = new Compare(CompareOptions.parse(List.of(arguments.split(" "))))) {
      return compare.run();
    }
  }

  @Test
  void outputOfWrkIsUnderstood() throws IOException {
    assertThat(Load.WRK.parse(WRK, 1)).isEqualTo(new Load.Result(123_456, 1.1, 0));
  }

  @Test
  void errorsThatWrkTellsOfAreCounted() throws IOException {
    String said =
        WRK.replace(
            "Requests/sec:",
            """
              Socket errors: connect 1, read 20, write 300, timeout 4000
              Non-2xx or 3xx responses: 50000
            Requests/sec:\
            """);
    assertThat(Load.WRK.parse(said, 1).errors()).isEqualTo(54_321);
  }

  @Test
  void outputOfH2loadIsUnderstood() throws IOException {
    assertThat(Load.H2LOAD.parse(H2LOAD, 2)).isEqualTo(new Load.Result(2001, 2, 0));
  }

  @Test
  void errorsThatH2loadTellsOfAreCounted() throws IOException {
    String said =
        H2LOAD
            .replace("0 failed, 0 errored, 0 timeout", "1 failed, 20 errored, 300 timeout")
            .replace("0 3xx, 0 4xx, 0 5xx", "4000 3xx, 50000 4xx, 600000 5xx");
    assertThat(Load.H2LOAD.parse(said, 2).errors()).isEqualTo(654_321);
  }

  @Test
  void otherOutputIsRefused() {
    assertThatThrownBy(() -> Load.WRK.parse("unable to connect", 1))
        .isInstanceOf(IOException.class)
        .hasMessage("not understood: unable to connect");
  }

  @Test
  void medianIsShownWithTheLeastAndTheGreatest() {
    assertThat(Throughput.summary(List.of(3_000.0, 1_000.0, 2_000.0)))
        .isEqualTo("2,000 (1,000–3,000)");
    assertThat(Throughput.median(List.of(4.0, 1.0))).isEqualTo(2.5);
  }

  @Test
  void errorsMakeMeasurementInvalid() {
    Throughput measured = new Throughput(Load.WRK, Peer.HANGUP);
    measured.add(new Load.Result(500, 1, 0), Duration.ofMillis(500));
    assertThat(measured.isValid()).isTrue();
    assertThat(measured.perCpuSecond()).containsExactly(1_000.0);

    measured.add(new Load.Result(500, 1, 1), Duration.ofMillis(500));
    assertThat(measured.isValid()).isFalse();
  }

  @Test
  void optionsHaveDefaults() {
    assertThat(CompareOptions.parse(List.of()))
        .isEqualTo(new CompareOptions(3, 8, 10_000, false, EnumSet.allOf(Peer.class), null));
    assertThat(CompareOptions.parse(List.of("--only", "vertx-virtual,go")).peers())
        .containsExactlyInAnyOrder(Peer.VERTX_VIRTUAL, Peer.GO);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rounds 0 | --rounds: 0 (expected: a whole number, at least 1)",
        "--seconds x | --seconds: x (expected: a whole number, at least 1)",
        "--only | --only: nothing (expected: a value)",
        "--only hangup,tomcat | --only: tomcat (expected: hangup, netty, helidon, jetty, vertx,"
            + " vertx-virtual, undertow, undertow-worker, jdk, go)",
        "--fast | what is --fast?"
      })
  void whatCannotBeUnderstoodIsNamed(String arguments, String message) {
    assertThatThrownBy(() -> CompareOptions.parse(List.of(arguments.split(" "))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
