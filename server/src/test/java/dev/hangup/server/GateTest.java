package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// How many handlers run at once, and what becomes of the others.
class GateTest {
  private final Semaphore arrived = new Semaphore(0);
  private final Semaphore free = new Semaphore(0);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger started = new AtomicInteger();

  /// Works until it is freed.
  private final Handler patient =
      (_, response) -> {
        enter();
        try {
          free.acquire();
          response.text("done");
        } finally {
          running.decrementAndGet();
        }
      };

  /// Ignores that it is cancelled, until it is freed.
  private final Handler deaf =
      (_, response) -> {
        enter();
        free.acquireUninterruptibly();
        running.decrementAndGet();
      };

  private void enter() {
    started.incrementAndGet();
    most.accumulateAndGet(running.incrementAndGet(), Math::max);
    arrived.release();
  }

  private static Gate gate(Harness harness) {
    return harness.server.context().gates().getLast();
  }

  private static void awaitEmpty(Harness harness) {
    Gate gate = gate(harness);
    Harness.await(
        "the gate is as it was",
        () -> gate.taken() == 0 && gate.waiting() == 0 && gate.stragglers() == 0);
  }

  @Test
  void requestsPastTheLimitWaitForTheirTurn() throws Exception {
    try (Harness harness = Harness.start(patient, o -> o.withMaxHandlers(2))) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        clients.add(harness.connect().send(Harness.get("/")));
      }
      arrived.acquire(2);
      Harness.await("three wait", () -> gate(harness).waiting() == 3);
      assertThat(started).hasValue(2);
      free.release(5);
      for (RawClient client : clients) {
        assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("done");
      }
      assertThat(most).hasValue(2);
      awaitEmpty(harness);
    }
  }

  @Test
  void requestsPastTheQueueAreToldToComeAgain() throws Exception {
    try (Harness harness = Harness.start(patient, o -> o.withMaxHandlers(1).withMaxWaiting(1))) {
      RawClient runs = harness.connect().send(Harness.get("/"));
      arrived.acquire();
      RawClient waits = harness.connect().send(Harness.get("/"));
      Harness.await("one waits", () -> gate(harness).waiting() == 1);
      RawClient refused = harness.connect();
      for (int i = 0; i < 2; i++) { // its connection stays good
        assertThat(refused.send(Harness.get("/")).readResponse())
            .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
            .containsIgnoringCase("\r\nretry-after: 1\r\n")
            .endsWith("503 Service Unavailable: too many requests are running\n");
      }
      free.release(2);
      assertThat(runs.readResponse()).endsWith("done");
      assertThat(waits.readResponse()).endsWith("done");
      awaitEmpty(harness);
    }
  }

  @Test
  void waitingRequestOfADepartedClientNeverStarts() throws Exception {
    try (Harness harness = Harness.start(patient, o -> o.withMaxHandlers(1))) {
      RawClient runs = harness.connect().send(Harness.get("/"));
      arrived.acquire();
      RawClient leaves = harness.connect().send(Harness.get("/leaves"));
      Harness.await("it waits", () -> gate(harness).waiting() == 1);
      leaves.leave(new Leaving.Reset());
      AccessEntry left = harness.nextEntry();
      assertThat(left.target()).isEqualTo("/leaves");
      assertThat(left.status()).isEqualTo(499);
      assertThat(left.reason()).contains(new CancelReason.ClientReset());
      free.release(2);
      assertThat(runs.readResponse()).endsWith("done");
      awaitEmpty(harness);
      assertThat(started).hasValue(1);
    }
  }

  @Test
  void deadlineThatPassesInTheQueueIsAnsweredFor() throws Exception {
    try (Harness harness = Harness.start(patient, o -> o.withMaxHandlers(1));
        RawClient late = harness.connect()) {
      RawClient runs = harness.connect().send(Harness.get("/"));
      arrived.acquire();
      late.send("GET / HTTP/1.1\r\nHost: test\r\nRequest-Timeout: 0.5\r\n\r\n");
      Harness.await("it waits", () -> gate(harness).waiting() == 1);
      Harness.pause(510);
      free.release(1);
      assertThat(runs.readResponse()).endsWith("done");
      assertThat(late.readResponse()).startsWith("HTTP/1.1 504");
      awaitEmpty(harness);
    }
  }

  /// A reset frees a stream at once, and its handler's place only when that has returned.
  @Test
  void resetsBuyNoMoreHandlers() throws Exception {
    try (Harness harness = Harness.start(deaf, o -> o.withMaxStreams(4))) {
      Http2Peer client = Http2Peer.connect(harness);
      for (int i = 0; i < 500; i++) {
        int stream = client.get("/" + i);
        if (i < 4) {
          arrived.acquire(); // one that is reset before does not begin
        }
        client.reset(stream, 8);
      }
      client.awaitPong();
      assertThat(started).hasValue(4);
      free.release(1_000);
      awaitEmpty(harness);
      int answered = client.get("/last");
      arrived.acquire();
      client.reset(answered, 8);
      assertThat(most).hasValue(4);
      assertThat(started).hasValue(5);
    }
  }

  @Test
  void tooManyStragglersCloseTheGate() throws Exception {
    try (Harness harness =
        Harness.start(deaf, o -> o.withMaxStragglers(3).withGrace(Duration.ofMillis(20)))) {
      for (int i = 0; i < 3; i++) {
        RawClient client = harness.connect().send(Harness.get("/"));
        arrived.acquire();
        client.leave(new Leaving.Reset());
      }
      Harness.await("they straggle", () -> gate(harness).stragglers() == 3);
      assertThat(harness.answer("GET", "/"))
          .startsWith("HTTP/1.1 503")
          .containsIgnoringCase("\r\nretry-after: 1\r\n");
      free.release(4);
      awaitEmpty(harness);
      assertThat(harness.answer("GET", "/")).startsWith("HTTP/1.1 204");
    }
  }

  @Test
  void stragglersOfOneConnectionCloseItsGateAlone() throws Exception {
    try (Harness harness =
        Harness.start(
            deaf, o -> o.withMaxStragglersPerConnection(2).withGrace(Duration.ofMillis(20)))) {
      Http2Peer client = Http2Peer.connect(harness);
      for (int i = 0; i < 2; i++) {
        int stream = client.get("/");
        arrived.acquire();
        client.reset(stream, 8);
      }
      Harness.await("they straggle", () -> gate(harness).stragglers() == 2);
      int refused = client.get("/");
      client.awaitUntil(() -> client.answer(refused).isDecided());
      assertThat(client.answer(refused).status()).isEqualTo(503);
      assertThat(client.answer(refused).fields).containsEntry("retry-after", "1");
      free.release(3);
      assertThat(harness.answer("GET", "/")).startsWith("HTTP/1.1 204");
      awaitEmpty(harness);
    }
  }

  @Test
  void requestsThatWaitAreSentAwayWhenTheStragglersAreTooMany() throws Exception {
    try (Harness harness =
        Harness.start(
            deaf,
            o -> o.withMaxHandlers(2).withMaxStragglers(2).withGrace(Duration.ofMillis(20)))) {
      List<RawClient> leaving = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        leaving.add(harness.connect().send(Harness.get("/")));
        arrived.acquire();
      }
      RawClient waits = harness.connect().send(Harness.get("/"));
      Harness.await("it waits", () -> gate(harness).waiting() == 1);
      for (RawClient client : leaving) {
        client.leave(new Leaving.Reset());
      }
      assertThat(waits.readResponse())
          .startsWith("HTTP/1.1 503")
          .containsIgnoringCase("\r\nretry-after: 1\r\n");
      assertThat(started).hasValue(2);
      free.release(2);
      awaitEmpty(harness);
    }
  }

  /// The third keeps its stream, so the fourth has to wait for a place.
  @Test
  void streamThatWaitsIsSentAwayWhenItsConnectionHasTooManyStragglers() throws Exception {
    try (Harness harness =
            Harness.start(
                deaf,
                o ->
                    o.withMaxStreams(3)
                        .withMaxStragglersPerConnection(2)
                        .withGrace(Duration.ofMillis(20)));
        Http2Peer client = Http2Peer.connect(harness)) {
      List<Integer> streams = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        streams.add(client.get("/" + i));
        arrived.acquire();
      }
      client.reset(streams.get(0), 8);
      int waits = client.get("/waits");
      client.reset(streams.get(1), 8);
      assertThat(client.await(waits).status()).isEqualTo(503);
      assertThat(client.answer(waits).fields).containsEntry("retry-after", "1");
      assertThat(started).hasValue(3);
      free.release(3);
      assertThat(client.await(streams.get(2)).status()).isEqualTo(204);
      awaitEmpty(harness);
    }
  }

  /// By HTTP/1.1 a connection has one straggler at the most, and nothing runs beside it.
  @Test
  void stragglerHoldsTheNextRequestOfItsHttp1ConnectionBack() throws Exception {
    try (Harness harness = Harness.start(deaf, o -> o.withGrace(Duration.ofMillis(20)));
        RawClient client = harness.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: test\r\nRequest-Timeout: 1\r\n\r\n");
      for (int i = 0; i < 100; i++) {
        client.send(Harness.get("/next"));
      }
      arrived.acquire();
      Harness.await("it straggles", () -> gate(harness).stragglers() == 1);
      assertThat(harness.server.context().inFlight().running()).isEqualTo(1);
      free.release();
      assertThat(client.readResponse()).startsWith("HTTP/1.1 504");
      for (int i = 0; i < 100; i++) {
        arrived.acquire();
        free.release();
        assertThat(client.readResponse()).startsWith("HTTP/1.1 204");
      }
      assertThat(most).hasValue(1);
      awaitEmpty(harness);
    }
  }

  @Test
  void stopAnswersThoseThatWait() throws Exception {
    RawClient waits;
    RawClient runs;
    try (Harness harness = Harness.start(patient, o -> o.withMaxHandlers(1))) {
      runs = harness.connect().send(Harness.get("/"));
      arrived.acquire();
      waits = harness.connect().send(Harness.get("/"));
      Harness.await("it waits", () -> gate(harness).waiting() == 1);
    }
    assertThat(waits.readAll()).startsWith("HTTP/1.1 503").contains("the server stops");
    assertThat(runs.readAll()).startsWith("HTTP/1.1 503");
    assertThat(started).hasValue(1);
  }

  /// Turns, departures and returns at any moment leave no place taken and none given twice.
  @Test
  void placesAreNeitherLostNorGivenTwice() throws Exception {
    Handler quick =
        (_, response) -> {
          enter();
          try {
            Harness.spin(ThreadLocalRandom.current().nextInt(50_000));
            response.text("done");
          } finally {
            running.decrementAndGet();
          }
        };
    try (Harness harness = Harness.start(quick, o -> o.withMaxHandlers(3).withIoThreads(2))) {
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        callers.add(Thread.startVirtualThread(() -> call(harness, 250)));
      }
      for (Thread caller : callers) {
        caller.join();
      }
      awaitEmpty(harness);
      assertThat(most.get()).isBetween(1, 3);
      assertThat(harness.answer("GET", "/")).endsWith("done");
    }
  }

  private static void call(Harness harness, int times) {
    try {
      for (int i = 0; i < times; i++) {
        RawClient client = harness.connect().send(Harness.get("/"));
        Harness.spin(ThreadLocalRandom.current().nextInt(200_000));
        if (i % 3 == 0) {
          assertThat(client.readResponse()).endsWith("done");
        }
        client.leave(i % 2 == 0 ? new Leaving.Close() : new Leaving.Reset());
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static ServerOptions oneByOne(ServerOptions options) {
    return options.withMaxHandlers(1).withMaxStreams(5_000).withIoThreads(1);
  }

  @Test
  void placesOfManyThatWaitedTooLongAreFreeAgain() throws Exception {
    try (Harness harness = Harness.start(patient, GateTest::oneByOne);
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
    Harness harness = Harness.start(patient, GateTest::oneByOne);
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
    try (Harness harness =
            Harness.start(
                counting,
                o -> o.withMaxHandlers(1).withIoThreads(1).withHealth("/live", "/ready"));
        RawClient runs = harness.connect().send(Harness.get("/"));
        RawClient broken = harness.connect()) {
      arrived.acquire();
      broken.send("POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
      Harness.await("it waits", () -> gate(harness).waiting() == 1);
      broken.send("zz\r\n");
      harness.answer("GET", "/live"); // comes after it to the one loop
      free.release(2);
      assertThat(runs.readResponse()).endsWith("done");
      assertThat(broken.readResponse()).startsWith("HTTP/1.1 400");
      assertThat(started).hasValue(1);
    }
  }

  @Test
  void stopAnswersThoseThatWaitThoughNoPlaceIsFree() throws Exception {
    Handler deaf =
        (_, _) -> {
          arrived.release();
          free.acquireUninterruptibly();
        };
    Harness harness =
        Harness.start(deaf, o -> o.withMaxHandlers(1).withGrace(Duration.ofMillis(20)));
    try (RawClient _ = harness.connect().send(Harness.get("/"));
        RawClient waits = harness.connect()) {
      arrived.acquire();
      waits.send(Harness.get("/"));
      Gate gate = harness.server.context().gates().getLast();
      Harness.await("it waits", () -> gate.waiting() == 1);
      Thread closing = Thread.ofPlatform().start(harness::close);
      assertThat(waits.readAll()).startsWith("HTTP/1.1 503");
      free.release();
      closing.join();
    } finally {
      free.release();
    }
  }
}
