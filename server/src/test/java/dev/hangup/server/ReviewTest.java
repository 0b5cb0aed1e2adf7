package dev.hangup.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelPolicy;
import dev.hangup.CancelReason;
import dev.hangup.CancelledException;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a review found to be otherwise.
@Timeout(60)
class ReviewTest {
  private final Semaphore arrived = new Semaphore(0);
  private final Semaphore free = new Semaphore(0);
  private final CountDownLatch never = new CountDownLatch(1);
  private final CompletableFuture<Object> seen = new CompletableFuture<>();

  private final Handler patient =
      (_, response) -> {
        arrived.release();
        free.acquire();
        response.text("done");
      };

  private static Gate gate(Harness harness) {
    return harness.server.context().gates().getLast();
  }

  private static Harness route(Handler handler, UnaryOperator<RouteOptions> options)
      throws Exception {
    return Harness.start(Router.empty().post("/", handler, options));
  }

  private static ServerOptions oneByOne(ServerOptions options) {
    return options.withMaxHandlers(1).withMaxStreams(5_000).withIoThreads(1);
  }

  @Test
  void placesOfManyThatWaitedTooLongAreFreeAgain() throws Exception {
    try (Harness harness = Harness.start(patient, ReviewTest::oneByOne);
        Http2Peer client = Http2Peer.connect(harness)) {
      client.get("/");
      arrived.acquire();
      for (int i = 0; i < 4_000; i++) {
        client.get("/late", Map.of("request-timeout", "0.01"));
      }
      Harness.await("they wait", () -> gate(harness).waiting() == 4_000);
      free.release(4_001);
      Harness.await(
          "the gate is as it was",
          () -> gate(harness).taken() == 0 && gate(harness).waiting() == 0);
    }
  }

  @Test
  void stopLetsGoOfManyThatWait() throws Exception {
    Harness harness = Harness.start(patient, ReviewTest::oneByOne);
    Gate gate = gate(harness);
    try (Http2Peer client = Http2Peer.connect(harness)) {
      client.get("/");
      arrived.acquire();
      for (int i = 0; i < 4_000; i++) {
        client.get("/waits");
      }
      Harness.await("they wait", () -> gate.waiting() == 4_000);
      harness.close();
      assertThat(gate.taken()).isZero();
    }
  }

  @Test
  void waitingRequestThatTurnsOutMalformedIsNeverHandled() throws Exception {
    AtomicInteger started = new AtomicInteger();
    Handler counting =
        (request, response) -> {
          started.incrementAndGet();
          patient.handle(request, response);
        };
    try (Harness harness = Harness.start(counting, o -> o.withMaxHandlers(1));
        RawClient runs = harness.connect().send(Harness.get("/"));
        RawClient broken = harness.connect()) {
      arrived.acquire();
      broken.send("POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
      Harness.await("it waits", () -> gate(harness).waiting() == 1);
      broken.send("zz\r\n");
      Harness.pause(200);
      free.release(2);
      assertThat(runs.readResponse()).endsWith("done");
      assertThat(broken.readResponse()).startsWith("HTTP/1.1 400");
      assertThat(started).hasValue(1);
    }
  }

  private static UnaryOperator<RouteOptions> timeout(CancelPolicy policy) {
    return o -> o.withPolicy(policy).withTimeout(Duration.ofMillis(100));
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERRUPT", "FINISH"})
  void timeoutOfTheRouteIsAnsweredForWhereTheHandlerSwallowsIt(CancelPolicy policy)
      throws Exception {
    Handler handler =
        (_, _) -> {
          try {
            never.await();
          } catch (InterruptedException swallowed) {
            seen.complete(true);
          }
        };
    try (Harness harness = route(handler, timeout(policy));
        RawClient client = harness.connect().send(Harness.post("/", ""))) {
      assertThat(client.readResponse()).startsWith("HTTP/1.1 504");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERRUPT", "FINISH"})
  void streamOfAHandlerThatSwallowsItsRoutesTimeoutIsCut(CancelPolicy policy) throws Exception {
    Handler handler =
        (_, response) -> {
          response.stream("text/plain").write("half".getBytes(UTF_8));
          try {
            never.await();
          } catch (InterruptedException swallowed) {
            seen.complete(true);
          }
        };
    try (Harness harness = route(handler, timeout(policy));
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
            seen.complete(stopped);
            throw stopped;
          }
        };
    try (Harness harness = route(handler, timeout(CancelPolicy.INTERRUPT));
        RawClient _ = harness.connect().send(Harness.post("/", ""))) {
      assertThat(seen.get(8, TimeUnit.SECONDS))
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
          free.acquire();
          try {
            response.earlyHints("</a.css>; rel=preload");
            response.text("done");
            seen.complete("finished");
          } catch (RuntimeException e) {
            seen.complete(e);
          }
        };
    try (Harness harness = route(handler, o -> o.withPolicy(CancelPolicy.FINISH))) {
      RawClient client = harness.connect().send(Harness.post("/", ""));
      arrived.acquire();
      client.leave(new Leaving.Reset());
      Harness.await("the hang-up is known", () -> harness.server.connections() == 0);
      free.release();
      assertThat(seen.get(8, TimeUnit.SECONDS)).isEqualTo("finished");
    }
  }

  @Test
  void drainDoesNotWaitForAConnectionThatHasSaidNothing() throws Exception {
    try (Harness harness = Harness.start(patient, o -> o.withDrainTimeout(Duration.ofSeconds(20)));
        RawClient _ = harness.connect()) {
      Harness.await("it is there", () -> harness.server.connections() == 1);
      long before = System.nanoTime();
      harness.server.drain();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void waitForAnOutcomeEndsWhenTheHandlerHasReturned() throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    Handler handler =
        (_, response) -> {
          response.bytes("application/octet-stream", new byte[1 << 20]);
          Thread _ =
              Thread.ofVirtual()
                  .start(() -> {
                    waits.countDown();
                    try {
                      seen.complete(response.awaitOutcome());
                    } catch (Exception e) {
                      seen.complete(e);
                    }
                  });
          waits.await();
          Thread.sleep(50);
        };
    try (Harness harness = Harness.start(handler);
        RawClient client = harness.connect().send(Harness.get("/"))) {
      Harness.pause(300);
      client.readResponse();
      assertThat(seen.get(5, TimeUnit.SECONDS)).isInstanceOf(Outcome.class);
    }
  }

  @Test
  void resetContentHasNoLengthOverHttp2() throws Exception {
    try (Harness harness = Harness.start((_, response) -> response.status(205).text("hello"));
        Http2Peer client = Http2Peer.connect(harness)) {
      Http2Peer.Answer answer = client.await(client.get("/"));
      assertThat(answer.fields.getOrDefault("content-length", "0")).isEqualTo("0");
    }
  }

  @Test
  void noContentHasNoLengthOverHttp2() throws Exception {
    Handler handler = (_, response) -> response.status(204).stream("text/plain", 5).close();
    try (Harness harness = Harness.start(handler);
        Http2Peer client = Http2Peer.connect(harness)) {
      Http2Peer.Answer answer = client.await(client.get("/"));
      assertThat(answer.fields).containsEntry(":status", "204").doesNotContainKey("content-length");
    }
  }

  @Test
  void errorIsNotDescribedAsTheFileThatItReplaces() throws Exception {
    Handler handler =
        (_, response) -> {
          response.header("Content-Disposition", "attachment; filename=report.pdf");
          response.header("Content-Range", "bytes 0-9/10").header("Content-Language", "de");
          throw new IllegalStateException("broken");
        };
    try (Harness harness = Harness.start(handler)) {
      assertThat(harness.answer("GET", "/"))
          .startsWith("HTTP/1.1 500")
          .doesNotContainIgnoringCase("content-disposition")
          .doesNotContainIgnoringCase("content-range")
          .doesNotContainIgnoringCase("content-language");
    }
  }

  @Test
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
}
