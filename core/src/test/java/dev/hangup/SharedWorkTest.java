package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedWorkTest {
  private static final CancelReason CLOSED = new CancelReason.ClientClosed();

  private final SharedWork<String, String> shared = new SharedWork<>();
  private final AtomicInteger computations = new AtomicInteger();
  private final CompletableFuture<String> answer = new CompletableFuture<>();
  private final CompletableFuture<CancelReason> cancelled = new CompletableFuture<>();

  private String compute() throws Exception {
    computations.incrementAndGet();
    Cancellation.current().onCancel(cancelled::complete);
    return answer.get();
  }

  private Future<String> waitIn(CancelScope scope) {
    FutureTask<String> task =
        new FutureTask<>(() -> scope.call(() -> shared.get("key", this::compute)));
    Thread waiter = Thread.startVirtualThread(task);
    Await.until(() -> waiter.getState() == Thread.State.WAITING);
    return task;
  }

  @Test
  void manyWaitersShareOneComputation() throws Exception {
    try (CancelScope one = CancelScope.open();
        CancelScope two = CancelScope.open()) {
      List<Future<String>> waiters = new ArrayList<>(List.of(waitIn(one), waitIn(two)));
      Await.until(() -> computations.get() == 1);
      answer.complete("answer");
      for (Future<String> waiter : waiters) {
        assertThat(waiter.get()).isEqualTo("answer");
      }
    }
    assertThat(computations).hasValue(1);
    assertThat(shared.get("key", () -> "anew")).isEqualTo("anew");
  }

  @Test
  void onlyTheLastToLeaveCancelsTheComputation() {
    try (CancelScope one = CancelScope.open();
        CancelScope two = CancelScope.open()) {
      Future<String> first = waitIn(one);
      Future<String> last = waitIn(two);
      Await.until(() -> computations.get() == 1);
      one.cancel(CLOSED);
      assertThatThrownBy(first::get).hasCauseExactlyInstanceOf(CancelledException.class);
      assertThat(cancelled).isNotDone();
      two.cancel(CLOSED);
      assertThatThrownBy(last::get).hasCauseInstanceOf(CancelledException.class);
      assertThat(Await.value(cancelled))
          .isEqualTo(new CancelReason.Application("every waiter has left"));
    }
  }

  @Test
  void cancelledWaiterIsToldWhyHoweverItsWaitEnds() {
    for (int round = 0; round < 500; round++) {
      boolean interrupts = round % 2 == 0;
      try (CancelScope scope = CancelScope.open(o -> o.withInterrupts(interrupts))) {
        Future<String> waiter = waitIn(scope);
        scope.cancel(CLOSED);
        assertThatThrownBy(waiter::get)
            .cause()
            .isExactlyInstanceOf(CancelledException.class)
            .extracting(e -> ((CancelledException) e).reason())
            .isEqualTo(CLOSED);
      }
    }
  }

  @Test
  void failureReachesAll() {
    IOException failure = new IOException("broken");
    try (CancelScope one = CancelScope.open();
        CancelScope two = CancelScope.open()) {
      Future<String> first = waitIn(one);
      Future<String> second = waitIn(two);
      Await.until(() -> computations.get() == 1);
      answer.completeExceptionally(failure);
      assertThatThrownBy(first::get).hasRootCause(failure);
      assertThatThrownBy(second::get).hasRootCause(failure);
    }
  }

  @Test
  void whoComesAfterTheLastHasLeftBeginsAnew() throws Exception {
    try (CancelScope one = CancelScope.open()) {
      Future<String> first = waitIn(one);
      Await.until(() -> computations.get() == 1);
      one.cancel(CLOSED);
      assertThatThrownBy(first::get).isInstanceOf(ExecutionException.class);
    }
    assertThat(shared.get("key", () -> "anew")).isEqualTo("anew");
  }

  @Test
  void cancelledWaiterBeginsNothing() {
    try (CancelScope scope = CancelScope.open()) {
      scope.cancel(CLOSED);
      assertThatThrownBy(() -> scope.call(() -> shared.get("key", this::compute)))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(computations).hasValue(0);
  }

  @Test
  void noResultIsLostWhenAWaiterLeavesAsItCompletes() throws Exception {
    for (int round = 0; round < 2000; round++) {
      CompletableFuture<String> value = new CompletableFuture<>();
      CountDownLatch computing = new CountDownLatch(1);
      try (CancelScope leaving = CancelScope.open()) {
        FutureTask<String> leaver =
            new FutureTask<>(
                () -> leaving.call(() -> shared.get("key", () -> await(computing, value))));
        Thread.startVirtualThread(leaver);
        computing.await();
        FutureTask<String> stayer =
            new FutureTask<>(() -> shared.get("key", () -> "a computation of its own"));
        Thread stays = Thread.startVirtualThread(stayer);
        Await.until(() -> stays.getState() == Thread.State.WAITING);
        Thread.startVirtualThread(() -> leaving.cancel(CLOSED));
        value.complete("shared");
        assertThat(stayer.get()).isEqualTo("shared");
        Await.until(leaver::isDone);
      }
    }
  }

  private static String await(CountDownLatch computing, CompletableFuture<String> value)
      throws Exception {
    computing.countDown();
    return value.get();
  }
}
