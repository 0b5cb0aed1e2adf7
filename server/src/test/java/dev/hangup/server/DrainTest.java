package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.testkit.RawClient;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A server that stops in good order.
class DrainTest {
  private final Semaphore arrived = new Semaphore(0);
  private final Semaphore free = new Semaphore(0);
  private volatile CompletableFuture<CancelReason> told = new CompletableFuture<>();
  private final Handler patient =
      (request, response) -> {
        Cancellation.current().onCancel(told::complete);
        arrived.release();
        free.acquire();
        response.text("done " + request.path());
      };

  private static Thread drain(Harness harness) {
    Thread drain = Thread.ofPlatform().start(harness.server::drain);
    Harness.await("it drains", () -> harness.server.context().isDraining());
    return drain;
  }

  /// A test that holds only if its client has said something within the half second in which what
  /// is on its way is awaited.
  private interface Attempt {
    boolean isInTime() throws Exception;
  }

  /// A slow machine may need more than one.
  private void repeat(Attempt attempt) throws Exception {
    boolean inTime;
    do {
      arrived.drainPermits();
      free.drainPermits();
      told = new CompletableFuture<>();
      inTime = attempt.isInTime();
    } while (!inTime);
  }

  private static boolean isInTime(long since) {
    return System.nanoTime() - since < TimeUnit.MILLISECONDS.toNanos(250);
  }

  @Test
  void requestThatRunsIsAnsweredAndToldThatNoneFollows() throws Exception {
    try (Harness harness = Harness.start(patient);
        RawClient client = harness.connect()) {
      client.send(Harness.get("/"));
      arrived.acquire();
      Thread drain = drain(harness);
      free.release();
      assertThat(client.readAll())
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("\r\nconnection: close\r\n")
          .endsWith("done /");
      drain.join();
      assertThat(told).isNotDone();
      assertThatThrownBy(harness::connect).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void handlerThatIsNotAwaitedIsCancelledWhenTheDrainBegins() throws Exception {
    Router router =
        Router.empty()
            .get("/awaited", patient)
            .get("/stream", streams(arrived, told), o -> o.withAwaitedAtDrain(false));
    try (Harness harness = Harness.start(router);
        RawClient stream = harness.connect();
        RawClient awaited = harness.connect()) {
      stream.send(Harness.get("/stream"));
      arrived.acquire();
      awaited.send(Harness.get("/awaited"));
      arrived.acquire();
      Thread drain = drain(harness);
      assertThat(stream.readAll()).contains("data: first").doesNotEndWith("0\r\n\r\n");
      assertThat(told.get(30, TimeUnit.SECONDS)).isInstanceOf(CancelReason.ServerStopping.class);
      assertThat(drain.isAlive()).isTrue();
      free.release();
      assertThat(awaited.readAll()).endsWith("done /awaited");
      drain.join();
    }
  }

  @Test
  void handlerThatIsNotAwaitedDoesNotBeginWhileTheServerDrains() throws Exception {
    Handler stream = streams(arrived, told);
    Router router = Router.empty().get("/", stream, o -> o.withAwaitedAtDrain(false));
    try (Harness harness = Harness.start(router);
        RawClient client = harness.connect()) {
      assertThat(harness.server.context().drain()).isTrue();
      assertThat(client.send(Harness.get("/")).readResponse()).startsWith("HTTP/1.1 503");
      assertThat(arrived.availablePermits()).isZero();
    }
  }

  private static Handler streams(Semaphore arrived, CompletableFuture<CancelReason> told) {
    return (_, response) -> {
      Cancellation.current().onCancel(told::complete);
      response.events().emit("first");
      arrived.release();
      new CountDownLatch(1).await();
    };
  }

  @Test
  void requestThatIsOnItsWayIsAnswered() throws Exception {
    repeat(this::answerRequestOnItsWay);
  }

  private boolean answerRequestOnItsWay() throws Exception {
    free.release(2);
    try (Harness harness = Harness.start(patient);
        RawClient client = harness.connect()) {
      client.send(Harness.get("/first"));
      assertThat(client.readResponse()).endsWith("done /first");
      long since = System.nanoTime();
      Thread drain = drain(harness);
      client.send(Harness.get("/second"));
      if (!isInTime(since)) {
        return false;
      }
      assertThat(client.readAll())
          .containsIgnoringCase("\r\nconnection: close\r\n")
          .endsWith("done /second");
      drain.join();
      return true;
    }
  }

  @Test
  void connectionThatAsksNothingMoreIsClosedInGoodOrder() throws Exception {
    free.release();
    try (Harness harness = Harness.start(patient);
        RawClient client = harness.connect()) {
      client.send(Harness.get("/"));
      assertThat(client.readResponse()).endsWith("done /");
      Thread drain = drain(harness);
      assertThat(client.readAll()).isEmpty();
      drain.join();
    }
  }

  @Test
  void requestThatRunsTooLongIsCancelled() throws Exception {
    try (Harness harness = Harness.start(patient, o -> o.withDrainTimeout(Duration.ofMillis(50)));
        RawClient client = harness.connect()) {
      client.send(Harness.get("/"));
      arrived.acquire();
      Thread drain = drain(harness);
      assertThat(told.get(30, TimeUnit.SECONDS)).isEqualTo(new CancelReason.ServerStopping());
      assertThat(client.readAll()).startsWith("HTTP/1.1 503");
      drain.join();
    }
  }

  @Test
  void streamsThatRunAndThoseOnTheirWayAreAnswered() throws Exception {
    repeat(this::answerStreamOnItsWay);
  }

  private boolean answerStreamOnItsWay() throws Exception {
    try (Harness harness = Harness.start(patient);
        Http2Peer client = Http2Peer.connect(harness)) {
      int runs = client.get("/runs");
      arrived.acquire();
      long since = System.nanoTime();
      Thread drain = drain(harness);
      client.awaitUntil(() -> client.goAway() == 0);
      int onItsWay = client.get("/on-its-way");
      if (!isInTime(since)) {
        return false;
      }
      arrived.acquire();
      free.release(2);
      assertThat(client.awaitEnd()).isZero();
      assertThat(client.answer(runs).body()).isEqualTo("done /runs");
      assertThat(client.answer(onItsWay).body()).isEqualTo("done /on-its-way");
      drain.join();
      assertThat(told).isNotDone();
      return true;
    }
  }

  @Test
  void readinessSaysNoWhileTheServerDrains() throws Exception {
    repeat(this::askWhileItDrains);
  }

  private boolean askWhileItDrains() throws Exception {
    try (Harness harness = Harness.start(patient, o -> o.withHealth("/live", "/ready"));
        RawClient works = harness.connect();
        RawClient asks = harness.connect();
        RawClient asksMore = harness.connect()) {
      works.send(Harness.get("/work"));
      arrived.acquire();
      assertThat(asks.send(Harness.get("/ready")).readResponse()).endsWith("ready\n");
      assertThat(asksMore.send(Harness.get("/live")).readResponse()).endsWith("live\n");
      long since = System.nanoTime();
      Thread drain = drain(harness);
      asks.send(Harness.get("/ready"));
      asksMore.send(Harness.get("/live"));
      if (!isInTime(since)) {
        return false;
      }
      assertThat(asks.readAll()).startsWith("HTTP/1.1 503").endsWith("draining\n");
      assertThat(asksMore.readAll()).startsWith("HTTP/1.1 200");
      free.release();
      assertThat(works.readAll()).endsWith("done /work");
      drain.join();
      return true;
    }
  }

  @Test
  void closingMeanwhileCutsTheDrainShort() throws Exception {
    try (Harness harness = Harness.start(patient);
        RawClient client = harness.connect()) {
      client.send(Harness.get("/"));
      arrived.acquire();
      Thread first = drain(harness);
      Thread second = Thread.ofPlatform().start(harness.server::close);
      first.join();
      second.join();
      assertThat(told.get(30, TimeUnit.SECONDS)).isEqualTo(new CancelReason.ServerStopping());
    }
  }

  @Test
  void drainDoesNotWaitForAConnectionThatHasSaidNothing() throws Exception {
    try (Harness harness = Harness.start(patient, o -> o.withDrainTimeout(Duration.ofMinutes(2)));
        RawClient _ = harness.connect()) {
      Harness.await("it is there", () -> harness.server.connections() == 1);
      harness.server.drain(); // comes back before the test's own time is over
    }
  }

  @Test
  void secondDrainDoesNotCutTheFirstShort() throws Exception {
    CompletableFuture<Object> told = new CompletableFuture<>();
    Handler handler =
        (_, response) -> {
          Cancellation.current().onCancel(told::complete);
          arrived.release();
          free.acquire();
          response.text("done");
        };
    try (Harness harness = Harness.start(handler, o -> o.withDrainTimeout(Duration.ofSeconds(30)));
        RawClient client = harness.connect().send(Harness.get("/"))) {
      arrived.acquire();
      Thread first = Thread.ofPlatform().start(harness.server::drain);
      Harness.await("it drains", () -> harness.server.context().isDraining());
      Thread second = Thread.ofPlatform().start(harness.server::drain);
      second.join(TimeUnit.SECONDS.toMillis(1));
      free.release();
      assertThat(client.readAll()).startsWith("HTTP/1.1 200").endsWith("done");
      first.join();
      second.join();
      assertThat(told).isNotDone();
    }
  }

  /// An orchestrator that is not answered kills the process.
  @Test
  void busyServerIsAlive() throws Exception {
    Handler patient =
        (_, response) -> {
          arrived.release();
          free.acquire();
          response.text("done");
        };
    try (Harness harness =
            Harness.start(
                patient,
                o -> o.withMaxHandlers(1).withMaxWaiting(0).withHealth("/live", "/ready"));
        RawClient _ = harness.connect().send(Harness.get("/"))) {
      arrived.acquire();
      assertThat(harness.answer("GET", "/live")).startsWith("HTTP/1.1 200");
      free.release();
    }
  }
}
