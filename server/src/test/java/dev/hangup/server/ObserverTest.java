package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelPolicy;
import dev.hangup.RequestEvent;
import dev.hangup.RequestHead;
import dev.hangup.RequestObserver;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What an observer is told of the server's requests.
class ObserverTest {
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<RequestHead> heads = new CopyOnWriteArrayList<>();
  private final Semaphore arrived = new Semaphore(0);
  private final RequestObserver observer =
      head -> {
        heads.add(head);
        return event -> told.add(name(event));
      };
  private final Handler waiting =
      (_, _) -> {
        arrived.release();
        new CountDownLatch(1).await();
      };

  private static String name(RequestEvent event) {
    return switch (event) {
      case RequestEvent.Routed routed -> "routed " + routed.pattern();
      case RequestEvent.Cancelled cancelled -> "cancelled " + cancelled.reason().code();
      case RequestEvent.Straggles _ -> "straggles";
      case RequestEvent.Stopped stopped -> "stopped " + stopped.report().reason().code();
      case RequestEvent.Ended ended -> "ended " + ended.status();
    };
  }

  private Harness serve(Router router) throws Exception {
    return Harness.start(
        router, o -> o.withObserver(observer).withHealth("/live", "/ready").withMaxHandlers(1));
  }

  private void awaitEnds(int count) {
    Harness.await(
        count + " ends", () -> told.stream().filter(e -> e.startsWith("ended")).count() == count);
  }

  @Test
  void answeredRequestIsRoutedAndEnded() throws Exception {
    Router router = Router.empty().get("/users/{id}", (_, response) -> response.text("it"));
    try (Harness harness = serve(router)) {
      harness.answer("GET", "/users/7?secret=1");
      awaitEnds(1);
    }
    assertThat(told).containsExactly("routed /users/{id}", "ended OptionalInt[200]");
    assertThat(heads).containsExactly(new RequestHead("GET", "/users/7", "HTTP/1.1", "127.0.0.1"));
  }

  @Test
  void whatHasNoRouteHasNone() throws Exception {
    try (Harness harness = serve(Router.empty().get("/", waiting))) {
      harness.answer("GET", "/other");
      awaitEnds(1);
      harness.answer("PUT", "/");
      awaitEnds(2);
      harness.exchange("nonsense\r\n\r\n");
      awaitEnds(3);
      harness.answer("GET", "/live");
    }
    assertThat(told)
        .containsExactly(
            "ended OptionalInt[404]", "ended OptionalInt[405]", "ended OptionalInt[400]");
    assertThat(heads.get(2).path()).isEqualTo("-");
  }

  @ParameterizedTest
  @EnumSource(CancelPolicy.class)
  void hangUpIsToldThenTheStopThenTheEnd(CancelPolicy policy) throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    Handler handler =
        (_, _) -> {
          arrived.release();
          gone.await();
        };
    try (Harness harness = serve(Router.empty().get("/", handler, o -> o.withPolicy(policy)))) {
      RawClient client = harness.connect().send(Harness.get("/"));
      arrived.acquire();
      client.leave(new Leaving.Reset());
      Harness.await("the hang-up is told", () -> told.contains("cancelled client_reset"));
      gone.countDown();
      awaitEnds(1);
    }
    assertThat(told)
        .containsExactly(
            "routed /",
            "cancelled client_reset",
            "stopped client_reset",
            "ended OptionalInt.empty");
  }

  @Test
  void timeLimitOfARouteIsTold() throws Exception {
    Router router = Router.empty().get("/", waiting, o -> o.withTimeout(Duration.ofMillis(20)));
    try (Harness harness = serve(router)) {
      harness.answer("GET", "/");
      awaitEnds(1);
    }
    assertThat(told)
        .containsExactly(
            "routed /",
            "cancelled deadline_exceeded",
            "stopped deadline_exceeded",
            "ended OptionalInt[504]");
  }

  @Test
  void whoLeavesWhileItWaitsIsToldWithoutAStop() throws Exception {
    try (Harness harness = serve(Router.empty().get("/", waiting))) {
      RawClient first = harness.connect().send(Harness.get("/"));
      arrived.acquire();
      RawClient second = harness.connect().send(Harness.get("/"));
      Harness.await("the second waits", () -> heads.size() == 2);
      second.leave(new Leaving.Reset());
      awaitEnds(1);
      assertThat(told)
          .containsExactly("routed /", "cancelled client_reset", "ended OptionalInt.empty");
      first.leave(new Leaving.Reset());
      awaitEnds(2);
    }
  }

  @Test
  void stragglerIsTold() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Handler deaf =
        (_, _) -> {
          arrived.release();
          while (release.getCount() > 0) {
            Thread.onSpinWait();
          }
        };
    Router router = Router.empty().get("/", deaf);
    try (Harness harness =
        Harness.start(router, o -> o.withObserver(observer).withGrace(Duration.ofMillis(10)))) {
      RawClient client = harness.connect().send(Harness.get("/"));
      arrived.acquire();
      client.leave(new Leaving.Reset());
      Harness.await("it straggles", () -> told.contains("straggles"));
      release.countDown();
      awaitEnds(1);
    }
    assertThat(told).contains("stopped client_reset");
  }
}
