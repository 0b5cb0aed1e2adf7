package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ShieldTest {
  private static final CancelReason CLOSED = new CancelReason.ClientClosed();
  private static final Duration BUDGET = Duration.ofSeconds(60);

  @Test
  void cleanUpInAShieldIsNotReachedByTheCancelBeforeIt() {
    AtomicBoolean done = new AtomicBoolean();
    try (CancelScope scope = CancelScope.open()) {
      assertThatThrownBy(() ->
              scope.call(() -> {
                try {
                  scope.cancel(CLOSED);
                  return new CountDownLatch(1).await(30, TimeUnit.SECONDS);
                } finally {
                  Cancellation.current().shielded(BUDGET, () -> release(done));
                }
              }))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(done).isTrue();
  }

  private static boolean release(AtomicBoolean done) throws InterruptedException {
    return release(done, 40);
  }

  private static boolean release(AtomicBoolean done, long millis) throws InterruptedException {
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(Cancellation.current().isCancelled()).isFalse();
    assertThat(Cancellation.current().deadline()).isPresent();
    boolean nobodyInterrupts = !new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    done.set(nobodyInterrupts);
    return nobodyInterrupts;
  }

  @Test
  void cancelDuringAShieldWaitsForItsEnd() {
    AtomicBoolean done = new AtomicBoolean();
    try (CancelScope scope = CancelScope.open(o -> o.withGrace(Duration.ofMillis(500)))) {
      assertThatThrownBy(() ->
              scope.call(() -> {
                Cancellation.current()
                    .shielded(
                        BUDGET,
                        () -> {
                          scope.cancel(CLOSED);
                          return release(done, 700); // beyond the grace
                        });
                return new CountDownLatch(1).await(30, TimeUnit.SECONDS);
              }))
          .hasCauseInstanceOf(InterruptedException.class);
      assertThat(Await.value(scope.cancelAndAwait(CLOSED)).stragglers()).isEmpty();
    }
    assertThat(done).isTrue();
  }

  @Test
  void flagThatWasSetIsRestored() {
    Thread.currentThread().interrupt();
    boolean inside =
        Cancellation.detached().shielded(BUDGET, () -> Thread.currentThread().isInterrupted());
    assertThat(inside).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void cleanUpThatExceedsItsBudgetIsCancelledItself() throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      assertThatThrownBy(() ->
              scope.call(() ->
                  Cancellation.current()
                      .shielded(
                          Duration.ofMillis(20),
                          () -> new CountDownLatch(1).await(30, TimeUnit.SECONDS))))
          .isInstanceOfSatisfying(
              CancelledException.class,
              e -> assertThat(e.reason()).isInstanceOf(CancelReason.DeadlineExceeded.class));
      assertThat(scope.cancellation().isCancelled()).isFalse();
    }
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void ownersInterruptWaitsForAShieldInAFork() throws Exception {
    AtomicInteger early = new AtomicInteger();
    try (CancelScope scope = CancelScope.open(o -> o.withGrace(Duration.ofMillis(5)))) {
      assertThatThrownBy(() ->
              scope.call(() -> {
                CountDownLatch shielded = new CountDownLatch(1);
                AtomicBoolean out = new AtomicBoolean();
                Fork<Boolean> fork =
                    scope.fork(() ->
                        Cancellation.current()
                            .shielded(
                                BUDGET,
                                () -> {
                                  shielded.countDown();
                                  release(new AtomicBoolean());
                                  out.set(true);
                                  return true;
                                }));
                shielded.await();
                scope.cancel(CLOSED);
                while (!out.get()) {
                  if (Thread.interrupted()) {
                    early.incrementAndGet();
                  }
                  Thread.onSpinWait();
                }
                return fork.join() && new CountDownLatch(1).await(30, TimeUnit.SECONDS);
              }))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(early).hasValue(0);
  }

  @Test
  void shieldsNest() {
    int depth =
        Cancellation.detached()
            .shielded(
                BUDGET,
                () ->
                    Cancellation.current()
                        .shielded(BUDGET, () -> Cancellation.current().isCancelled() ? 0 : 2));
    assertThat(depth).isEqualTo(2);
  }
}
