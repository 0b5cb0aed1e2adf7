package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.hangup.CancelPolicy;
import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a hang-up, a deadline and the server's stop do to the handlers of a route.
class PolicyTest {
  private final Semaphore arrived = new Semaphore(0);
  private final CountDownLatch gone = new CountDownLatch(1);
  private final CompletableFuture<Object> outcome = new CompletableFuture<>();

  private static Harness serve(Handler handler, UnaryOperator<RouteOptions> options)
      throws Exception {
    return Harness.start(
        Router.empty().post("/", handler, options), o -> o.withGrace(Duration.ofMillis(250)));
  }

  private static UnaryOperator<RouteOptions> policy(CancelPolicy policy) {
    return options -> options.withPolicy(policy);
  }

  /// Sends a request and leaves once the handler has begun.
  private void leave(Harness harness, String request) throws Exception {
    RawClient client = harness.connect().send(request);
    arrived.acquire();
    client.leave(new Leaving.Reset());
  }

  @Test
  void signalTellsAndDoesNotInterrupt() throws Exception {
    Handler handler =
        (_, _) -> {
          CompletableFuture<CancelReason> told = new CompletableFuture<>();
          Cancellation.current().onCancel(told::complete);
          arrived.release();
          CancelReason reason = told.get();
          boolean interrupted = gone.await(600, TimeUnit.MILLISECONDS); // longer than the grace
          outcome.complete(reason.code() + " " + interrupted);
          Cancellation.current().check();
        };
    try (Harness harness = serve(handler, policy(CancelPolicy.SIGNAL))) {
      leave(harness, Harness.post("/", ""));
      assertThat(outcome.get(30, TimeUnit.SECONDS)).isEqualTo("client_reset false");
      assertThat(harness.nextEntry().status()).isEqualTo(499);
    }
  }

  @Test
  void finishRunsToItsEndAndItsAnswerIsDiscarded() throws Exception {
    Handler handler =
        (request, response) -> {
          byte[] body = request.bodyBytes();
          arrived.release();
          gone.await();
          Thread.sleep(20);
          Cancellation.current().check();
          try (OutputStream out = response.stream("text/plain")) {
            for (int i = 0; i < 100; i++) {
              out.write(new byte[64 << 10]); // far more than anybody would hold for nobody
            }
          }
          outcome.complete(body.length);
        };
    try (Harness harness = serve(handler, policy(CancelPolicy.FINISH))) {
      leave(harness, Harness.post("/", "12345"));
      Harness.await("the hang-up is known", () -> hangUps(harness) == 1);
      gone.countDown();
      assertThat(outcome.get(30, TimeUnit.SECONDS)).isEqualTo(5);
      AccessEntry entry = harness.nextEntry();
      assertThat(entry.status()).isEqualTo(499);
      assertThat(entry.bytes()).isZero();
      assertThat(entry.reason()).contains(new CancelReason.ClientReset());
    }
  }

  /// The connection of the one request is closed.
  private static int hangUps(Harness harness) {
    return harness.server.connections() == 0 ? 1 : 0;
  }

  @Test
  void finishAnswersAClientThatStays() throws Exception {
    Handler handler = (_, response) -> response.text("done");
    try (Harness harness = serve(handler, policy(CancelPolicy.FINISH));
        RawClient client = harness.connect()) {
      for (int i = 0; i < 3; i++) {
        client.send(Harness.post("/", ""));
        assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("done");
        assertThat(harness.nextEntry().reason()).isEmpty();
      }
    }
  }

  @Test
  void finishStillThrowsWhereTheBodyWillNeverBeWhole() throws Exception {
    Handler handler =
        (request, _) -> {
          arrived.release();
          try {
            outcome.complete(request.bodyBytes());
          } catch (CancelledException cut) {
            outcome.complete(cut.reason());
          }
        };
    try (Harness harness = serve(handler, policy(CancelPolicy.FINISH))) {
      leave(harness, "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nhalf");
      assertThat(outcome.get(30, TimeUnit.SECONDS)).isEqualTo(new CancelReason.ClientReset());
    }
  }

  @Test
  void callersDeadlineDoesNotStopWhatIsToFinish() throws Exception {
    Handler handler =
        (_, response) -> {
          boolean interrupted = gone.await(1_200, TimeUnit.MILLISECONDS);
          response.text(interrupted + " " + Cancellation.current().isCancelled());
        };
    try (Harness harness = serve(handler, policy(CancelPolicy.FINISH));
        RawClient client = harness.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: test\r\nRequest-Timeout: 1\r\nContent-Length: 0\r\n\r\n");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("false false");
    }
  }

  @ParameterizedTest
  @EnumSource
  void timeoutOfTheRouteIsAnsweredFor(CancelPolicy policy) throws Exception {
    Handler handler =
        (_, response) -> {
          while (true) {
            Cancellation.current().check();
            Thread.onSpinWait();
          }
        };
    try (Harness harness =
            serve(handler, o -> o.withPolicy(policy).withTimeout(Duration.ofMillis(100)));
        RawClient client = harness.connect()) {
      client.send(Harness.post("/", ""));
      assertThat(client.readResponse()).startsWith("HTTP/1.1 504 Gateway Timeout\r\n");
      client.send(Harness.post("/", ""));
      assertThat(client.readResponse()).startsWith("HTTP/1.1 504 Gateway Timeout\r\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void stopOfTheServerReachesTheHandler(CancelPolicy policy) throws Exception {
    Handler handler =
        (_, _) -> {
          CompletableFuture<CancelReason> told = new CompletableFuture<>();
          Cancellation.current().onCancel(told::complete);
          arrived.release();
          try {
            outcome.complete(told.get());
          } catch (InterruptedException interrupted) {
            outcome.complete(Cancellation.current().reason().orElseThrow());
          }
        };
    Harness harness = serve(handler, policy(policy));
    try (RawClient _ = harness.connect().send(Harness.post("/", ""))) {
      arrived.acquire();
      harness.close();
    }
    assertThat(outcome.get(30, TimeUnit.SECONDS)).isEqualTo(new CancelReason.ServerStopping());
  }

  /// A hang-up comes before the handler, in its middle, or as it ends: what has begun is never
  /// interrupted and never cancelled.
  @Test
  void whatIsToFinishIsLeftAloneInEveryRace() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger finished = new AtomicInteger();
    Handler handler =
        (_, response) -> {
          begun.incrementAndGet();
          arrived.release();
          TimeUnit.MICROSECONDS.sleep(ThreadLocalRandom.current().nextInt(1, 400));
          Cancellation.current().check();
          response.text("done");
          if (!Thread.interrupted()) {
            finished.incrementAndGet();
          }
        };
    int rounds = 2_000;
    try (Harness harness = serve(handler, policy(CancelPolicy.FINISH))) {
      for (int i = 0; i < rounds; i++) {
        RawClient client = harness.connect().send(Harness.post("/", ""));
        if (i % 2 == 0) {
          arrived.acquire();
        }
        Harness.spin(ThreadLocalRandom.current().nextInt(300_000));
        client.leave(i % 3 == 0 ? new Leaving.Close() : new Leaving.Reset());
        arrived.drainPermits();
      }
      harness.awaitAllGone();
    }
    assertThat(begun.get()).isGreaterThanOrEqualTo(rounds / 2);
    assertThat(finished.get()).isEqualTo(begun.get());
  }

  @Test
  void badOptionsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RouteOptions.DEFAULTS.withTimeout(Duration.ZERO))
        .withMessage("timeout: PT0S (expected: more than zero, at most 365 days)");
    assertThat(RouteOptions.DEFAULTS.withTimeout(Duration.ofSeconds(2)))
        .hasToString("INTERRUPT within PT2S");
  }

  private static UnaryOperator<RouteOptions> timed(CancelPolicy policy) {
    return o -> o.withPolicy(policy).withTimeout(Duration.ofMillis(100));
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERRUPT", "FINISH"})
  void timeoutOfTheRouteIsAnsweredForWhereTheHandlerSwallowsIt(CancelPolicy policy)
      throws Exception {
    Handler handler =
        (_, _) -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException swallowed) {
            outcome.complete(true);
          }
        };
    try (Harness harness = serve(handler, timed(policy));
        RawClient client = harness.connect().send(Harness.post("/", ""))) {
      assertThat(client.readResponse()).startsWith("HTTP/1.1 504");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERRUPT", "FINISH"})
  void streamOfAHandlerThatSwallowsItsRoutesTimeoutIsCut(CancelPolicy policy) throws Exception {
    Handler handler =
        (_, response) -> {
          response.stream("text/plain")
              .write("half".getBytes(java.nio.charset.StandardCharsets.UTF_8));
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException swallowed) {
            outcome.complete(true);
          }
        };
    try (Harness harness = serve(handler, timed(policy));
        RawClient client =
            harness
                .connect()
                .send(
                    "POST / HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")) {
      assertThat(client.readAll()).contains("half").doesNotEndWith("0\r\n\r\n");
    }
  }

  @Test
  void writeThatWaitsWhenItsRouteTimesOutIsToldWhy() throws Exception {
    Handler handler =
        (_, response) -> {
          OutputStream out = response.stream("application/octet-stream");
          try {
            while (true) {
              out.write(new byte[64 << 10]);
            }
          } catch (Exception stopped) {
            outcome.complete(stopped);
            throw stopped;
          }
        };
    try (Harness harness = serve(handler, timed(CancelPolicy.INTERRUPT));
        RawClient _ = harness.connect().send(Harness.post("/", ""))) {
      assertThat(outcome.get(30, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              CancelledException.class,
              e -> assertThat(e.reason()).isInstanceOf(CancelReason.DeadlineExceeded.class));
    }
  }

  @Test
  void hintsForADepartedClientAreDiscardedWhereTheHandlerIsToFinish() throws Exception {
    Handler handler =
        (_, response) -> {
          arrived.release();
          gone.await();
          try {
            response.earlyHints("</a.css>; rel=preload");
            response.text("done");
            outcome.complete("finished");
          } catch (RuntimeException e) {
            outcome.complete(e);
          }
        };
    try (Harness harness = serve(handler, o -> o.withPolicy(CancelPolicy.FINISH))) {
      RawClient client = harness.connect().send(Harness.post("/", ""));
      arrived.acquire();
      client.leave(new Leaving.Reset());
      Harness.await("the hang-up is known", () -> harness.server.connections() == 0);
      gone.countDown();
      assertThat(outcome.get(30, TimeUnit.SECONDS)).isEqualTo("finished");
    }
  }
}
