package dev.hangup;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WrapTest {
  private static final CancelReason CLOSED = new CancelReason.ClientClosed();

  private final ExecutorService pool = Executors.newFixedThreadPool(1);

  @AfterEach
  void endPool() {
    pool.shutdownNow();
  }

  @Test
  void wrappedTaskIsPartOfTheWork() throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      Callable<Cancellation> task = scope.cancellation().wrap(Cancellation::current);
      assertThat(pool.submit(task).get()).isSameAs(scope.cancellation());
    }
  }

  @Test
  void cancelInterruptsTasksInThePoolAndLeavesNoFlagBehind() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    try (CancelScope scope = CancelScope.open()) {
      Future<Object> future =
          scope
              .cancellation()
              .wrap(pool)
              .submit(() -> {
                running.countDown();
                return new CompletableFuture<>().get();
              });
      running.await();
      scope.cancel(CLOSED);
      assertThatThrownBy(future::get).hasCauseInstanceOf(CancelledException.class);
    }
    assertThat(pool.submit(() -> Thread.currentThread().isInterrupted()).get()).isFalse();
  }

  @Test
  void taskThatWaitedInTheQueueIsNotRunAfterTheCancel() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean ran = new AtomicBoolean();
    try (CancelScope scope = CancelScope.open()) {
      Future<?> before = pool.submit(() -> CancelScopeTest.awaitQuietly(release));
      Future<?> queued = scope.cancellation().wrap(pool).submit(() -> ran.set(true));
      scope.cancel(CLOSED);
      release.countDown();
      before.get();
      assertThatThrownBy(queued::get).hasCauseInstanceOf(CancelledException.class);
    }
    assertThat(pool.submit(ran::get).get()).isFalse();
  }

  @Test
  void bareTaskOfCancelledWorkRunsForWhoeverWaitsForItsEnd() throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      scope.cancel(CLOSED);
      ExecutorService wrapped = scope.cancellation().wrap(pool);
      CompletableFuture<Boolean> future =
          CompletableFuture.supplyAsync(
              () -> Cancellation.current().isCancelled() && Thread.currentThread().isInterrupted(),
              wrapped);
      assertThat(future.get()).isTrue();
      assertThatThrownBy(
              () -> wrapped.invokeAny(List.of(() -> new CountDownLatch(1).await(30, SECONDS))))
          .isInstanceOf(ExecutionException.class);
    }
    assertThat(pool.submit(() -> Thread.currentThread().isInterrupted()).get()).isFalse();
  }

  @Test
  void detachedTaskOnTheWorksOwnThreadIsNotInterrupted() throws Exception {
    try (CancelScope scope = CancelScope.open(o -> o.withGrace(Duration.ofMillis(5)))) {
      Callable<Boolean> audit =
          Cancellation.detached()
              .wrap(() -> {
                scope.cancel(CLOSED);
                boolean quiet = !new CountDownLatch(1).await(60, MILLISECONDS);
                return quiet && !Cancellation.current().isCancelled();
              });
      assertThat(scope.call(audit)).isTrue();
    }
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void detachedTaskOutlivesTheWork() throws Exception {
    CountDownLatch mayWrite = new CountDownLatch(1);
    Future<Boolean> audit;
    try (CancelScope scope = CancelScope.open()) {
      audit =
          scope.call(() ->
              pool.submit(
                  Cancellation.detached()
                      .wrap(() -> {
                        mayWrite.await();
                        return Cancellation.current().isCancelled();
                      })));
      scope.cancel(CLOSED);
    }
    mayWrite.countDown();
    assertThat(audit.get()).isFalse();
  }

  @Test
  void wrappedRunnableThrowsWhatTheTaskThrows() {
    try (CancelScope scope = CancelScope.open()) {
      Runnable task =
          scope
              .cancellation()
              .wrap(
                  (Runnable)
                      () -> {
                        throw new IllegalStateException("on purpose");
                      });
      assertThatThrownBy(task::run).hasMessage("on purpose");
    }
  }

  @Test
  void shutdownPassesThrough() throws Exception {
    ExecutorService wrapped = Cancellation.detached().wrap(pool);
    wrapped.shutdown();
    assertThat(wrapped.awaitTermination(5, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    assertThat(pool.isTerminated()).isTrue();
    assertThat(wrapped.isShutdown()).isTrue();
  }
}
