package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.testkit.RawClient;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Clients that are too slow to be served.
class PaceTest {
  private static final int FAST = 1 << 20;
  private final CompletableFuture<CancelReason> told = new CompletableFuture<>();

  /// One look a second at a handler that waits for its body; how many bytes come in each.
  private static Pace.Verdict body(int rate, int seconds, int bytesPerSecond) {
    Pace pace = new Pace(rate, 1024, 0);
    Pace.Verdict verdict = Pace.Verdict.FINE;
    for (int i = 1; i <= seconds && verdict == Pace.Verdict.FINE; i++) {
      verdict = pace.look(TimeUnit.SECONDS.toNanos(i), true, (long) i * bytesPerSecond, false, 0);
    }
    return verdict;
  }

  /// One look a second at an answer of which the client takes a piece now and then.
  private static Pace.Verdict answer(int rate, int writeAhead, int seconds, int pieceEach) {
    Pace pace = new Pace(rate, writeAhead, 0);
    Pace.Verdict verdict = Pace.Verdict.FINE;
    for (int i = 1; i <= seconds && verdict == Pace.Verdict.FINE; i++) {
      verdict =
          pace.look(TimeUnit.SECONDS.toNanos(i), false, 0, true, (long) (i / pieceEach) << 15);
    }
    return verdict;
  }

  @Test
  void bodyBelowTheRateIsTooSlowAfterTheGrace() {
    assertThat(body(1000, 5, 0)).isEqualTo(Pace.Verdict.FINE);
    assertThat(body(1000, 6, 0)).isEqualTo(Pace.Verdict.SENDS_TOO_SLOWLY);
    assertThat(body(1000, 600, 999)).isEqualTo(Pace.Verdict.SENDS_TOO_SLOWLY);
    assertThat(body(1000, 600, 1000)).isEqualTo(Pace.Verdict.FINE);
    assertThat(body(0, 600, 0)).isEqualTo(Pace.Verdict.FINE);
  }

  @Test
  void answerOfWhichNothingIsTakenIsTooSlow() {
    int writeAhead = 128 << 10;
    assertThat(answer(1024, writeAhead, 133, 1_000)).isEqualTo(Pace.Verdict.FINE);
    assertThat(answer(1024, writeAhead, 134, 1_000)).isEqualTo(Pace.Verdict.TAKES_TOO_SLOWLY);
    assertThat(answer(1024, writeAhead, 3_600, 120)).isEqualTo(Pace.Verdict.FINE);
    assertThat(answer(0, writeAhead, 3_600, 10_000)).isEqualTo(Pace.Verdict.FINE);
  }

  @Test
  void timeInWhichNothingWaitsDoesNotCount() {
    Pace pace = new Pace(1000, 1000, 0);
    for (int i = 1; i < 1_000; i++) {
      boolean now = i % 5 == 0;
      assertThat(pace.look(TimeUnit.SECONDS.toNanos(i), now, i * 1_000L, now, 7))
          .isEqualTo(Pace.Verdict.FINE);
    }
  }

  @Test
  void slowBodyIsAnswered408() throws Exception {
    Handler reads = (request, response) -> response.text("read " + request.bodyBytes().length);
    try (Harness harness = Harness.start(reads, o -> o.withMinDataRate(FAST));
        RawClient client = harness.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\nslow");
      assertThat(client.readAll())
          .startsWith("HTTP/1.1 408 Request Timeout\r\n")
          .endsWith("the request body comes in more slowly than 1048576 bytes a second\n");
      assertThat(harness.nextEntry().status()).isEqualTo(408);
    }
  }

  @Test
  void slowReaderIsCut() throws Exception {
    Handler writes =
        (_, response) -> {
          Cancellation.current().onCancel(told::complete);
          OutputStream out = response.stream("text/plain");
          while (true) {
            out.write(new byte[32 << 10]);
          }
        };
    try (Harness harness = Harness.start(writes, o -> o.withMinDataRate(FAST));
        RawClient client = RawClient.connect(harness.server.address(), 4096)) {
      client.send(Harness.get("/"));
      assertThat(told.get(30, TimeUnit.SECONDS)).isInstanceOf(CancelReason.WriteFailed.class);
      assertThat(harness.nextEntry().reason()).map(CancelReason::code).hasValue("write_failed");
      Harness.await("its connection is closed", () -> harness.server.connections() == 0);
    }
  }

  /// The handler has returned, or waits in the middle of its one call: no more than the write-ahead
  /// is held for it.
  @Test
  void clientThatReadsNothingOfOneBigAnswerIsCut() throws Exception {
    byte[] much = new byte[32 << 20];
    Handler answers = (_, response) -> response.bytes("application/octet-stream", much);
    try (Harness harness = Harness.start(answers, o -> o.withMinDataRate(FAST))) {
      Http2Peer silent = Http2Peer.connect(harness);
      int stream = silent.get("/");
      AccessEntry entry = harness.nextEntry();
      assertThat(entry.reason()).map(CancelReason::code).hasValue("write_failed");
      assertThat(entry.bytes()).isLessThan(1 << 20);
      silent.awaitUntil(() -> silent.answer(stream).isDecided());
      assertThat(silent.answer(stream).resets).isEqualTo(1);
      silent.awaitPong();
    }
  }

  @Test
  void connectionPastTheLimitIsClosed() throws Exception {
    Handler handler = (_, response) -> response.text("fine");
    try (Harness harness = Harness.start(handler, o -> o.withMaxConnections(2));
        RawClient first = harness.connect();
        RawClient second = harness.connect()) {
      assertThat(first.send(Harness.get("/")).readResponse()).endsWith("fine");
      assertThat(second.send(Harness.get("/")).readResponse()).endsWith("fine");
      try (RawClient third = harness.connect()) {
        assertThat(third.readAll()).isEmpty();
      } catch (java.net.SocketException reset) {
        assertThat(reset).hasMessageContaining("reset");
      }
      first.leave(new dev.hangup.testkit.Leaving.Close());
      Harness.await("there is room", () -> harness.server.connections() == 1);
      assertThat(harness.answer("GET", "/")).endsWith("fine");
      assertThat(second.send(Harness.get("/")).readResponse()).endsWith("fine");
    }
  }
}
