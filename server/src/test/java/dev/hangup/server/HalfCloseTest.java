package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HalfCloseTest {
  private final Semaphore arrived = new Semaphore(0);
  private final CompletableFuture<CancelReason> told = new CompletableFuture<>();

  private Handler waiting(long millis) {
    return (request, response) -> {
      Cancellation.current().onCancel(told::complete);
      arrived.release();
      boolean never = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
      response.text("answer, " + never);
    };
  }

  private RawClient ask(Harness harness, String version) throws Exception {
    RawClient client = harness.connect();
    client.send("GET / HTTP/" + version + "\r\nHost: test\r\n\r\n");
    arrived.acquire();
    return client;
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void clientThatWaitsGetsItsAnswer(ServerOptions.Transport transport) throws Exception {
    try (Harness harness = Harness.start(waiting(400), o -> o.withTransport(transport));
        RawClient client = ask(harness, "1.1")) {
      client.halfClose();
      String all = client.readAll();
      assertThat(all).startsWith("HTTP/1.1 102 Processing\r\n\r\n").endsWith("answer, false");
      assertThat(all.split("102 Processing", -1)).hasSizeBetween(2, 6);
      assertThat(harness.nextEntry().status()).isEqualTo(200);
    }
    assertThat(told).isNotDone();
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void clientThatIsGoneIsHeard(ServerOptions.Transport transport) throws Exception {
    try (Harness harness = Harness.start(waiting(60_000), o -> o.withTransport(transport))) {
      ask(harness, "1.1").leave(new Leaving.Close());
      assertThat(told.get(30, TimeUnit.SECONDS)).isEqualTo(new CancelReason.ClientClosed());
      assertThat(harness.nextEntry().status()).isEqualTo(499);
    }
  }

  /// The hop passes the first probes on and takes the client's resets for itself.
  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void clientThatIsGoneBehindAHopOfTcpIsHeard(int delayMillis) throws Exception {
    try (Harness harness = Harness.start(waiting(60_000));
        TcpHop hop = TcpHop.to(harness.server.address(), delayMillis)) {
      RawClient client = RawClient.connect(hop.address());
      client.request("GET", "/");
      arrived.acquire();
      client.leave(new Leaving.Close());
      assertThat(told.get(30, TimeUnit.SECONDS).isHangUp()).isTrue();
    }
  }

  @Test
  void clientThatWaitsAndThenLeavesIsHeardByALaterProbe() throws Exception {
    try (Harness harness = Harness.start(waiting(60_000));
        RawClient client = ask(harness, "1.1")) {
      client.halfClose();
      client.readHead();
      client.leave(new Leaving.Close());
      assertThat(told.get(30, TimeUnit.SECONDS).isHangUp()).isTrue();
    }
  }

  @Test
  void pipelinedRequestsOfAClientThatWaitsAreAnswered() throws Exception {
    try (Harness harness = Harness.start(waiting(60));
        RawClient client = harness.connect()) {
      client.request("GET", "/").request("GET", "/").halfClose();
      assertThat(client.readAll().split("answer, false", -1)).hasSize(3);
    }
    assertThat(told).isNotDone();
  }

  @Test
  void cancelTakesItForGone() throws Exception {
    try (Harness harness = Harness.start(waiting(60_000), o -> o.withHalfClose(HalfClose.CANCEL));
        RawClient client = ask(harness, "1.1")) {
      client.halfClose();
      assertThat(told.get(30, TimeUnit.SECONDS)).isEqualTo(new CancelReason.ClientClosed());
      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void ignoreLetsTheHandlerFinish() throws Exception {
    try (Harness harness = Harness.start(waiting(200), o -> o.withHalfClose(HalfClose.IGNORE));
        RawClient client = ask(harness, "1.1")) {
      client.halfClose();
      assertThat(client.readAll()).startsWith("HTTP/1.1 200").endsWith("answer, false");
    }
    assertThat(told).isNotDone();
  }

  @Test
  void oldClientIsTakenForGone() throws Exception {
    try (Harness harness = Harness.start(waiting(60_000));
        RawClient client = ask(harness, "1.0")) {
      client.halfClose();
      assertThat(told.get(30, TimeUnit.SECONDS)).isEqualTo(new CancelReason.ClientClosed());
      assertThat(client.readAll()).isEmpty();
    }
  }

  @RepeatedTest(20)
  void clientThatHalfClosesWhileItsWholeAnswerIsOnItsWayGetsIt() throws Exception {
    Handler handler =
        (_, response) -> response.bytes("application/octet-stream", new byte[16 << 20]);
    try (Harness harness = Harness.start(handler);
        RawClient client = harness.connect().send(Harness.get("/"))) {
      client.readHead();
      client.halfClose();
      client.skip(16 << 20);
    }
  }

  /// As `nc -N` does.
  @Test
  void clientThatHalfClosesAtOnceIsAnsweredInEveryRace() throws Exception {
    int unanswered = 0;
    int rounds = 2_000;
    java.util.Map<String, Integer> kinds = new java.util.TreeMap<>();
    try (Harness harness = Harness.start((_, response) -> response.text("done"))) {
      for (int i = 0; i < rounds; i++) {
        try (RawClient client = harness.connect().send(Harness.get("/"))) {
          Harness.spin(i % 200 * 1_000L);
          client.halfClose();
          String answer = client.readAll();
          if (!answer.endsWith("done")) {
            unanswered++;
            kinds.merge(answer + "|" + harness.nextEntry().status(), 1, Integer::sum);
          } else {
            kinds.merge("ok|" + harness.nextEntry().status(), 1, Integer::sum);
          }
        }
      }
    }
    assertThat(unanswered).as("of %s clients: %s", rounds, kinds).isZero();
  }
}
