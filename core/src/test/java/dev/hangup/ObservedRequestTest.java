package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// What an observer is told of a request, and in which order.
class ObservedRequestTest {
  private static final RequestHead HEAD = RequestHead.of("GET", "/a?b=c", "HTTP/1.1", "127.0.0.1");
  private static final CancelReason CLOSED = new CancelReason.ClientClosed();

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final RequestObserver observer = _ -> event -> told.add(name(event));

  private static String name(RequestEvent event) {
    return switch (event) {
      case RequestEvent.Routed(String pattern) -> "routed " + pattern;
      case RequestEvent.Cancelled(CancelReason reason) -> "cancelled " + reason.code();
      case RequestEvent.Straggles _ -> "straggles";
      case RequestEvent.Stopped(CancelReport report) -> "stopped " + report.reason().code();
      case RequestEvent.Ended(OptionalInt status) -> "ended " + status.orElse(0);
    };
  }

  private void awaitEnd() {
    Await.until(() -> told.stream().anyMatch(event -> event.startsWith("ended")));
  }

  @Test
  void headHasNoQuery() {
    assertThat(HEAD.path()).isEqualTo("/a");
  }

  @Test
  void completedRequestIsRoutedAndEnded() {
    ObservedRequest request = ObservedRequest.begin(observer, HEAD);
    try (CancelScope scope = CancelScope.open()) {
      request.follow(scope);
      request.routed("/{name}");
    }
    request.ended(OptionalInt.of(200), Optional.empty());

    assertThat(told).containsExactly("routed /{name}", "ended 200");
  }

  @Test
  void endIsToldAfterTheStopThatItOvertakes() throws Exception {
    for (int round = 0; round < 500; round++) {
      told.clear();
      ObservedRequest request = ObservedRequest.begin(observer, HEAD);
      try (CancelScope scope = CancelScope.open()) {
        request.follow(scope);
        Thread.ofVirtual().start(() -> scope.cancel(CLOSED));
        scope.call(() -> {
          Await.until(() -> scope.cancellation().isCancelled());
          return null;
        });
      } catch (CancelledException stopped) {
        // as it should
      }
      request.ended(OptionalInt.empty(), Optional.of(CLOSED));
      awaitEnd();

      assertThat(told)
          .containsExactly("cancelled client_closed", "stopped client_closed", "ended 0");
    }
  }

  @Test
  void cancelThatMeetsTheFollowingIsToldOnce() throws Exception {
    for (int round = 0; round < 2_000; round++) {
      told.clear();
      ObservedRequest request = ObservedRequest.begin(observer, HEAD);
      try (CancelScope scope = CancelScope.open()) {
        Thread canceller = Thread.ofVirtual().start(() -> scope.cancel(CLOSED));
        request.follow(scope);
        canceller.join();
      }
      request.ended(OptionalInt.empty(), Optional.of(CLOSED));
      awaitEnd();

      assertThat(told)
          .containsExactly("cancelled client_closed", "stopped client_closed", "ended 0");
    }
  }

  @Test
  void twoMayFollowOneScope() {
    ObservedRequest first = ObservedRequest.begin(observer, HEAD);
    ObservedRequest second = ObservedRequest.begin(observer, HEAD);
    try (CancelScope scope = CancelScope.open()) {
      first.follow(scope);
      second.follow(scope);
      scope.cancel(CLOSED);
      Await.until(() -> told.stream().filter("stopped client_closed"::equals).count() == 2);
    }
    assertThat(told.stream().filter("cancelled client_closed"::equals)).hasSize(2);
  }

  @Test
  void firstOfTwoScopesToBeCancelledCounts() {
    CancelReason late = new CancelReason.Application("late");
    ObservedRequest request = ObservedRequest.begin(observer, HEAD);
    try (CancelScope outer = CancelScope.open();
        CancelScope inner = CancelScope.open(outer.cancellation(), o -> o)) {
      request.follow(outer);
      request.follow(inner);
      inner.cancel(late);
      Await.until(() -> told.contains("stopped application"));
      outer.cancel(CLOSED);
    }
    request.ended(OptionalInt.of(504), Optional.of(CLOSED));

    assertThat(told).containsExactly("cancelled application", "stopped application", "ended 504");
  }

  @Test
  void cancelOfWhatNeverBeganIsToldBeforeTheEnd() {
    ObservedRequest request = ObservedRequest.begin(observer, HEAD);
    request.ended(OptionalInt.empty(), Optional.of(CLOSED));

    assertThat(told).containsExactly("cancelled client_closed", "ended 0");
  }

  @Test
  void failingObserverLosesNothing() {
    RequestObserver noBeginning =
        _ -> {
          throw new IllegalStateException("no beginning");
        };
    RequestObserver noEvents =
        _ ->
            event -> {
              throw new IllegalStateException("no " + event);
            };
    ObservedRequest request = ObservedRequest.begin(noBeginning.and(noEvents).and(observer), HEAD);
    request.routed("/a");
    request.ended(OptionalInt.of(200), Optional.empty());

    assertThat(told).containsExactly("routed /a", "ended 200");
  }

  @Test
  void stragglerIsTold() throws Exception {
    CountDownLatch begun = new CountDownLatch(1); // what is cancelled before is not even begun
    CountDownLatch release = new CountDownLatch(1);
    ObservedRequest request = ObservedRequest.begin(observer, HEAD);
    try (CancelScope scope =
        CancelScope.open(o ->
            o.withGrace(java.time.Duration.ofMillis(5))
                .withInterrupts(false)
                .withStragglerListener(request::straggles))) {
      request.follow(scope);
      scope.fork(() -> {
        begun.countDown();
        return release.await(30, java.util.concurrent.TimeUnit.SECONDS);
      });
      begun.await();
      scope.cancel(CLOSED);
      Await.until(() -> told.contains("straggles"));
      release.countDown();
    }
    request.ended(OptionalInt.empty(), Optional.empty());
    awaitEnd();

    assertThat(told)
        .containsExactly(
            "cancelled client_closed", "straggles", "stopped client_closed", "ended 0");
  }
}
