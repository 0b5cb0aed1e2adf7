package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerLifecycleTest {
  private final Logs logs = new Logs();
  private final Semaphore arrived = new Semaphore(0);
  private final Semaphore ended = new Semaphore(0);
  private final AtomicBoolean stubborn = new AtomicBoolean(true);
  private final List<CancelReason> told = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    stubborn.set(false);
    logs.close();
  }

  private void block(Request request, Response response) throws InterruptedException {
    Cancellation.current().onCancel(told::add);
    arrived.release();
    try {
      new Semaphore(0).acquire();
    } finally {
      ended.release();
    }
  }

  private void ignoreEverything(Request request, Response response) {
    arrived.release();
    while (stubborn.get()) {
      Thread.interrupted();
      Harness.pause(5);
    }
    ended.release();
  }

  private static Duration close(Server server) {
    long begun = System.nanoTime();
    server.close();
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  @Test
  void runningHandlersAreStoppedAndAnswered() throws Exception {
    try (Harness harness = Harness.start(this::block);
        RawClient client = harness.connect()) {
      client.request("GET", "/");
      arrived.acquire();
      assertThat(close(harness.server)).isLessThan(Duration.ofSeconds(10)); // its grace
      assertThat(client.readAll())
          .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
          .contains("\r\nconnection: close\r\n")
          .endsWith("503 Service Unavailable: the server stops\n");
      assertThat(told).containsExactly(new CancelReason.ServerStopping());
      assertThat(ended.tryAcquire()).isTrue();
      assertThat(harness.nextEntry())
          .matches(e -> e.status() == 503)
          .matches(e -> e.reason().orElseThrow().code().equals("server_stopping"));
    }
    assertThat(logs.alarmTexts()).isEmpty();
  }

  @Test
  void handlerThatSwallowsItsCancelIsAnsweredToo() throws Exception {
    Handler swallows =
        (request, response) -> {
          try {
            block(request, response);
          } catch (InterruptedException e) {
            // and returns as if it had nothing to say
          }
        };
    try (Harness harness = Harness.start(swallows);
        RawClient client = harness.connect()) {
      client.request("GET", "/");
      arrived.acquire();
      harness.server.close();
      assertThat(client.readAll()).startsWith("HTTP/1.1 503 ");
    }
  }

  @Test
  void streamsAreCut() throws Exception {
    Handler streams =
        (request, response) -> {
          try (OutputStream body = response.stream("text/plain")) {
            body.write('a');
            block(request, response);
          }
        };
    try (Harness harness = Harness.start(streams);
        RawClient client = harness.connect()) {
      client.request("GET", "/").readHead();
      client.skip("1\r\na\r\n".length());
      arrived.acquire();
      harness.server.close();
      assertThat(client.readAll()).isEmpty(); // no last chunk: it is not whole
      assertThat(harness.nextEntry().reason()).contains(new CancelReason.ServerStopping());
    }
  }

  @Test
  void requestsThatWaitAreNotStarted() throws Exception {
    try (Harness harness = Harness.start(this::block);
        RawClient client = harness.connect()) {
      client.request("GET", "/1").request("GET", "/2");
      arrived.acquire();
      harness.server.close();
      assertThat(client.readAll()).startsWith("HTTP/1.1 503 ").containsOnlyOnce("HTTP/1.1");
      assertThat(arrived.tryAcquire()).isFalse();
      Harness.awaitNothingHeld(harness.server.context());
    }
  }

  @Test
  void noConnectionIsTakenAnyMore() throws Exception {
    Harness harness = Harness.start((_, response) -> response.text("fine"));
    try (RawClient idle = harness.connect()) {
      idle.request("GET", "/").readResponse();
      harness.server.close();
      harness.server.awaitClosed();
      assertThat(idle.readAll()).isEmpty();
      assertThatExceptionOfType(ConnectException.class).isThrownBy(harness::connect);
    }
  }

  @Test
  void stubbornHandlerDoesNotHoldTheServer() throws Exception {
    try (Harness harness =
            Harness.start(this::ignoreEverything, o -> o.withGrace(Duration.ofMillis(250)));
        RawClient client = harness.connect()) {
      client.request("GET", "/");
      arrived.acquire();
      assertThat(close(harness.server)).isGreaterThan(Duration.ofSeconds(1));
      assertThat(client.readAll()).isEmpty();
      stubborn.set(false);
      assertThat(ended.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
      Harness.await("it has returned", () -> harness.server.context().inFlight().running() == 0);
    }
    Harness.await("it is reported", () -> !logs.alarms().isEmpty());
    assertThat(logs.alarmTexts()).singleElement().asString().contains("straggler");
  }

  @Test
  void handlersWhoseClientsHaveLeftAreAwaited() throws Exception {
    Handler cleansUp =
        (request, response) -> {
          try {
            block(request, response);
          } finally {
            Cancellation.current().shielded(Duration.ofSeconds(1), () -> pauseAndReturn());
            ended.release();
          }
        };
    try (Harness harness = Harness.start(cleansUp)) {
      RawClient client = harness.connect();
      client.request("GET", "/");
      arrived.acquire();
      client.leave(new Leaving.Close());
      Harness.await("the handler was told", () -> !told.isEmpty());
      harness.server.close();
      assertThat(ended.availablePermits()).isEqualTo(2); // the clean-up is over
      assertThat(harness.nextEntry().status()).isEqualTo(499);
    }
  }

  private static boolean pauseAndReturn() {
    Harness.pause(300);
    return true;
  }

  @Test
  void closingTwiceDoesNothing() throws Exception {
    Server server = Server.start(this::block, o -> o.withPort(0));
    server.close();
    server.close();
    server.awaitClosed();
  }

  @Test
  void threadsThatCloseAtOnceAllReturn() throws Exception {
    Server server = Server.start(this::block, o -> o.withPort(0));
    CountDownLatch closed = new CountDownLatch(8);
    for (int i = 0; i < 8; i++) {
      Thread.ofVirtual()
          .start(() -> {
            server.close();
            closed.countDown();
          });
    }
    assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void handlerMayCloseItsServer() throws Exception {
    Semaphore closed = new Semaphore(0);
    Server[] own = new Server[1];
    Handler closes =
        (_, _) -> {
          arrived.acquire();
          own[0].close();
          closed.release();
        };
    Server server = Server.start(closes, o -> o.withPort(0));
    own[0] = server;
    try (RawClient client = RawClient.connect(server.address())) {
      client.request("GET", "/");
      arrived.release();
      assertThat(closed.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
    }
    server.awaitClosed();
  }

  @Test
  void clientsThatComeMeanwhileAreClosed() throws Exception {
    for (int round = 0; round < 20; round++) {
      Harness harness = Harness.start((_, response) -> response.text("fine"));
      AtomicBoolean stop = new AtomicBoolean();
      Thread comer = Thread.ofVirtual().start(() -> comeAndGo(harness, stop));
      harness.nextEntry();
      assertThat(close(harness.server)).isLessThan(Duration.ofSeconds(10));
      stop.set(true);
      comer.join();
    }
  }

  private static void comeAndGo(Harness harness, AtomicBoolean stop) {
    while (!stop.get()) {
      try (RawClient client = harness.connect()) {
        client.request("GET", "/").readResponse();
      } catch (IOException e) {
        return; // nobody listens any more
      }
    }
  }

  @Test
  void failingAccessLogHarmsNobody() throws Exception {
    Semaphore logged = new Semaphore(0);
    AccessLog fails =
        entry -> {
          logged.release();
          throw new IllegalStateException("full");
        };
    Handler handler = (_, response) -> response.text("fine");
    try (Server server = Server.start(handler, o -> o.withPort(0).withAccessLog(fails));
        RawClient client = RawClient.connect(server.address())) {
      assertThat(client.request("GET", "/").readResponse()).endsWith("fine");
      assertThat(client.request("GET", "/").readResponse()).endsWith("fine");
      assertThat(logged.tryAcquire(2, 30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(logs.alarmTexts())
        .hasSize(2)
        .allMatch(text -> text.contains("the access log failed"));
  }
}
