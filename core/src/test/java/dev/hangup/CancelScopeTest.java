package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // closing is what is tested
class CancelScopeTest {
  private static final CancelReason CLOSED = new CancelReason.ClientClosed();
  private static final CancelReason RESET = new CancelReason.ClientReset();

  @Test
  void currentIsNobodysWorkOutsideAnyScope() {
    assertThat(Cancellation.current()).isSameAs(Cancellation.detached());
    assertThat(Cancellation.current().isCancelled()).isFalse();
    assertThat(Cancellation.current().reason()).isEmpty();
    assertThat(Cancellation.current().deadline()).isEmpty();
    Cancellation.current().check();
  }

  @Test
  void callBindsCurrentAndReturnsTheValue() throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      Cancellation inside = scope.call(Cancellation::current);
      assertThat(inside).isSameAs(scope.cancellation());
    }
    assertThat(Cancellation.current()).isSameAs(Cancellation.detached());
  }

  @Test
  void cancelInterruptsBlockedWork() throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      CountDownLatch entered = new CountDownLatch(1);
      Thread.startVirtualThread(() -> {
        Await.until(() -> entered.getCount() == 0);
        scope.cancel(CLOSED);
      });
      assertThatThrownBy(() ->
              scope.call(() -> {
                entered.countDown();
                new CountDownLatch(1).await();
                return null;
              }))
          .isInstanceOfSatisfying(
              CancelledException.class, e -> assertThat(e.reason()).isEqualTo(CLOSED))
          .hasCauseInstanceOf(InterruptedException.class);
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  @Test
  void firstReasonWins() {
    try (CancelScope scope = CancelScope.open()) {
      assertThat(scope.cancel(CLOSED)).isTrue();
      assertThat(scope.cancel(RESET)).isFalse();
      assertThat(scope.cancellation().reason()).contains(CLOSED);
    }
  }

  @Test
  void cancelReachesTheWholeSubtreeButNotTheParent() {
    try (CancelScope parent = CancelScope.open();
        CancelScope child = CancelScope.open(parent.cancellation(), o -> o);
        CancelScope grandchild = CancelScope.open(child.cancellation(), o -> o)) {
      child.cancel(CLOSED);
      assertThat(parent.cancellation().isCancelled()).isFalse();
      assertThat(grandchild.cancellation().reason()).contains(CLOSED);
    }
  }

  @Test
  void childCancelledBeforeKeepsItsReason() {
    try (CancelScope parent = CancelScope.open();
        CancelScope child = CancelScope.open(parent.cancellation(), o -> o)) {
      child.cancel(RESET);
      parent.cancel(CLOSED);
      assertThat(child.cancellation().reason()).contains(RESET);
    }
  }

  @Test
  void childOfCancelledScopeIsBornCancelled() {
    try (CancelScope parent = CancelScope.open()) {
      parent.cancel(CLOSED);
      try (CancelScope child = CancelScope.open(parent.cancellation(), o -> o)) {
        assertThat(child.cancellation().reason()).contains(CLOSED);
        assertThatThrownBy(() -> child.call(() -> "never")).isInstanceOf(CancelledException.class);
      }
    }
  }

  @Test
  void completionFiresNothing() throws Exception {
    AtomicInteger fired = new AtomicInteger();
    CompletableFuture<CancelReason> stage;
    try (CancelScope scope = CancelScope.open()) {
      scope.cancellation().onCancel(reason -> fired.incrementAndGet());
      stage = scope.cancellation().whenCancelled().toCompletableFuture();
      scope.call(() -> "done");
    }
    assertThat(fired).hasValue(0);
    assertThat(stage).isNotDone();
  }

  @Test
  void actionsRunOffTheCancellersThreadAndOneFailureStopsNoOther() {
    List<Thread> threads = new CopyOnWriteArrayList<>();
    try (CancelScope scope = CancelScope.open()) {
      for (int i = 0; i < 5; i++) {
        scope
            .cancellation()
            .onCancel(reason -> {
              threads.add(Thread.currentThread());
              throw new IllegalStateException("on purpose");
            });
      }
      scope.cancel(CLOSED);
    }
    assertThat(threads) // virtual ones, but for a machine that does not begin them in time
        .hasSize(5)
        .doesNotHaveDuplicates()
        .doesNotContain(Thread.currentThread());
  }

  @Test
  void lateRegistrationRunsAtOnce() {
    try (CancelScope scope = CancelScope.open()) {
      scope.cancel(CLOSED);
      CompletableFuture<CancelReason> told = new CompletableFuture<>();
      scope.cancellation().onCancel(told::complete);
      assertThat(Await.value(told)).isEqualTo(CLOSED);
      assertThat(Await.value(scope.cancellation().whenCancelled())).isEqualTo(CLOSED);
    }
  }

  @Test
  void closedRegistrationNeverFires() {
    AtomicInteger fired = new AtomicInteger();
    try (CancelScope scope = CancelScope.open()) {
      Registration registration = scope.cancellation().onCancel(reason -> fired.incrementAndGet());
      registration.close();
      registration.close();
      scope.cancel(CLOSED);
    }
    assertThat(fired).hasValue(0);
  }

  @Test
  void closingRegistrationWaitsForItsActionInFlight() {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    AtomicReference<String> trail = new AtomicReference<>("");
    try (CancelScope scope = CancelScope.open()) {
      Registration registration =
          scope
              .cancellation()
              .onCancel(reason -> {
                running.countDown();
                awaitQuietly(mayEnd);
                trail.updateAndGet(text -> text + "action ");
              });
      scope.cancel(CLOSED);
      awaitQuietly(running);
      Thread closer =
          Thread.startVirtualThread(() -> {
            registration.close();
            trail.updateAndGet(text -> text + "closed");
          });
      Await.until(() -> closer.getState() == Thread.State.WAITING);
      mayEnd.countDown();
      Await.until(() -> !closer.isAlive());
    }
    assertThat(trail).hasValue("action closed");
  }

  @Test
  void actionMayCloseItsOwnRegistrationAndItsScope() {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    AtomicReference<Registration> own = new AtomicReference<>();
    CancelScope scope = CancelScope.open();
    own.set(
        scope
            .cancellation()
            .onCancel(reason -> {
              Await.until(() -> own.get() != null);
              own.get().close();
              scope.close();
              closed.complete(true);
            }));
    scope.cancel(CLOSED);
    assertThat(Await.value(closed)).isTrue();
  }

  @Test
  void lateActionMayCloseItsScope() {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    CancelScope scope = CancelScope.open();
    scope.cancel(CLOSED);
    scope
        .cancellation()
        .onCancel(reason -> {
          scope.close();
          closed.complete(true);
        });
    assertThat(Await.value(closed)).isTrue();
  }

  @Test
  void actionMayCloseTheScopeAboveItsOwn() {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    CancelScope parent = CancelScope.open();
    CancelScope child = CancelScope.open(parent.cancellation(), o -> o);
    child
        .cancellation()
        .onCancel(reason -> {
          parent.close();
          closed.complete(true);
        });
    child.cancel(CLOSED);
    assertThat(Await.value(closed)).isTrue();
  }

  @Test
  void actionThatClosesAChildWaitsForTheChildsActions() {
    CountDownLatch childRuns = new CountDownLatch(1);
    CountDownLatch childMayEnd = new CountDownLatch(1);
    AtomicReference<String> trail = new AtomicReference<>("");
    CancelScope parent = CancelScope.open();
    CancelScope child = CancelScope.open(parent.cancellation(), o -> o);
    child
        .cancellation()
        .onCancel(reason -> {
          childRuns.countDown();
          awaitQuietly(childMayEnd);
          trail.updateAndGet(text -> text + "child ");
        });
    CompletableFuture<Thread> closer = new CompletableFuture<>();
    parent
        .cancellation()
        .onCancel(reason -> {
          awaitQuietly(childRuns);
          closer.complete(Thread.currentThread());
          child.close();
          trail.updateAndGet(text -> text + "closed");
        });
    parent.cancel(CLOSED);
    Thread closing = Await.value(closer);
    Await.until(() -> closing.getState() == Thread.State.WAITING);
    childMayEnd.countDown();
    parent.close();
    assertThat(trail).hasValue("child closed");
  }

  @Test
  void cancelFromAnActionIsRefused() {
    CompletableFuture<Boolean> again = new CompletableFuture<>();
    try (CancelScope scope = CancelScope.open()) {
      scope.cancellation().onCancel(reason -> again.complete(scope.cancel(RESET)));
      scope.cancel(CLOSED);
      assertThat(Await.value(again)).isFalse();
    }
  }

  @Test
  void workThatReturnsInSpiteOfItsCancelKeepsItsValue() throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      String value =
          scope.call(() -> {
            scope.cancel(CLOSED);
            return "done all the same";
          });
      assertThat(value).isEqualTo("done all the same");
    }
  }

  @Test
  void cancelAndAwaitTellsWhenAllHasStopped() {
    try (CancelScope scope =
        CancelScope.open(o -> o.withName("report").withGrace(Duration.ofSeconds(60)))) {
      CountDownLatch entered = new CountDownLatch(1);
      Thread worker =
          Thread.startVirtualThread(
              scope
                  .cancellation()
                  .wrap(() -> {
                    entered.countDown();
                    awaitQuietly(new CountDownLatch(1));
                  }));
      awaitQuietly(entered);
      CancelReport report = Await.value(scope.cancelAndAwait(CLOSED));
      assertThat(report.reason()).isEqualTo(CLOSED);
      assertThat(report.interrupts()).isEqualTo(1);
      assertThat(report.timeToStop()).isPositive();
      assertThat(report.stragglers()).isEmpty();
      assertThat(Await.value(scope.cancelAndAwait(RESET))).isEqualTo(report);
      Await.until(() -> !worker.isAlive());
    }
  }

  @Test
  void cancelAndAwaitOfClosedScopeFails() {
    CancelScope scope = CancelScope.open();
    scope.close();
    assertThat(scope.cancel(CLOSED)).isFalse();
    assertThat(scope.cancelAndAwait(CLOSED).toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void deafWorkIsReportedOnceAndWaitedFor() {
    AtomicReference<CancelReport> report = new AtomicReference<>();
    AtomicInteger stop = new AtomicInteger();
    CancelScope scope = CancelScope.open(o -> o.withGrace(Duration.ofMillis(20)));
    Thread deaf =
        Thread.ofVirtual()
            .name("deaf")
            .start(
                scope
                    .cancellation()
                    .wrap(() -> {
                      while (stop.get() == 0) {
                        Thread.onSpinWait();
                      }
                    }));
    Await.until(() -> ((Work) scope.cancellation()).activities() != null);
    scope.cancelAndAwait(CLOSED).thenAccept(report::set);
    Thread closer = Thread.startVirtualThread(scope::close);
    Await.until(() -> ((Work) scope.cancellation()).stop().stragglersSoFar() == 1);
    assertThat(closer.isAlive()).isTrue();
    assertThat(report.get()).isNull();
    stop.set(1);
    Await.until(() -> report.get() != null && !closer.isAlive() && !deaf.isAlive());
    assertThat(report.get().stragglers())
        .singleElement()
        .satisfies(straggler -> assertThat(straggler.thread()).isEqualTo("deaf"))
        .satisfies(straggler -> assertThat(straggler.stack()).isNotEmpty());
  }

  @Test
  void listenerOfAParentHearsOfEachStragglerOnce() {
    List<Straggler> heard = new CopyOnWriteArrayList<>();
    AtomicInteger stop = new AtomicInteger();
    CancelScope scope =
        CancelScope.open(o -> o.withGrace(Duration.ofMillis(20)).withStragglerListener(heard::add));
    CancelScope child = CancelScope.open(scope.cancellation(), o -> o);
    AtomicInteger begun = new AtomicInteger();
    child.fork(() -> {
      begun.set(1);
      while (stop.get() == 0) {
        Thread.onSpinWait();
      }
      return true;
    });
    Await.until(() -> begun.get() == 1);
    AtomicReference<CancelReport> report = new AtomicReference<>();
    scope.cancelAndAwait(CLOSED).thenAccept(report::set);
    Await.until(() -> !heard.isEmpty());
    stop.set(1);
    scope.close();
    Await.until(() -> report.get() != null);
    assertThat(heard).isEqualTo(report.get().stragglers()).hasSize(1);
  }

  @Test
  void blockedActionIsAStragglerAndHurtsNoOtherScope() {
    CountDownLatch forEver = new CountDownLatch(1);
    CancelScope scope = CancelScope.open(o -> o.withGrace(Duration.ofMillis(10)));
    scope.cancellation().onCancel(reason -> awaitQuietly(forEver));
    CompletableFuture<CancelReport> report = scope.cancelAndAwait(CLOSED).toCompletableFuture();
    try (CancelScope other = CancelScope.open()) {
      assertThat(Await.value(other.cancelAndAwait(RESET)).stragglers()).isEmpty();
    }
    Await.until(() -> ((Work) scope.cancellation()).stop().stragglersSoFar() == 1);
    assertThat(report).isNotDone();
    forEver.countDown();
    assertThat(Await.value(report).stragglers()).hasSize(1);
    scope.close();
  }

  @Test
  void withoutInterruptsBlockedWorkIsOnlyToldOf() throws Exception {
    try (CancelScope scope =
        CancelScope.open(o -> o.withInterrupts(false).withGrace(Duration.ofMillis(10)))) {
      String seen =
          scope.call(() -> {
            scope.cancel(CLOSED);
            try (CancelScope child = CancelScope.open(o -> o.withInterrupts(true))) {
              Await.until(() -> ((Work) scope.cancellation()).stop().stragglersSoFar() == 1);
              return child.cancellation() + " " + Thread.currentThread().isInterrupted();
            }
          });
      assertThat(seen).endsWith("false");
    }
  }

  @Test
  void closeByOwnWorkIsRefused() {
    try (CancelScope scope = CancelScope.open()) {
      assertThatThrownBy(() ->
              scope.call(() -> {
                scope.close();
                return null;
              }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("own work");
    }
  }

  @Test
  void closeFromAnotherThreadCancelsAndWaits() {
    CancelScope scope = CancelScope.open();
    CountDownLatch entered = new CountDownLatch(1);
    CompletableFuture<CancelReason> why = new CompletableFuture<>();
    Thread worker =
        Thread.startVirtualThread(() -> {
          try {
            scope.call(() -> {
              entered.countDown();
              return new CompletableFuture<>().get();
            });
          } catch (CancelledException e) {
            why.complete(e.reason());
          } catch (Exception e) {
            why.completeExceptionally(e);
          }
        });
    awaitQuietly(entered);
    scope.close();
    assertThat(Await.value(why)).isEqualTo(new CancelReason.Application("scope closed"));
    Await.until(() -> !worker.isAlive());
    assertThatThrownBy(() -> scope.call(() -> null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    scope.close();
  }

  @Test
  void closeIgnoresAnInterruptAndKeepsTheFlag() {
    CancelScope scope = CancelScope.open();
    CountDownLatch entered = new CountDownLatch(1);
    Thread.startVirtualThread(
        scope
            .cancellation()
            .wrap(() -> {
              entered.countDown();
              awaitQuietly(new CountDownLatch(1));
            }));
    awaitQuietly(entered);
    Thread.currentThread().interrupt();
    scope.close();
    assertThat(Thread.interrupted()).isTrue();
  }

  static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
