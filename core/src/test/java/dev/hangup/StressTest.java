package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Every race that has a name, some thousand times, with a jitter so that both sides win. What is
/// counted is violations, and none is allowed.
class StressTest {
  private static final int ROUNDS = 4_000;
  private static final CancelReason CLOSED = new CancelReason.ClientClosed();
  private static final CancelReason RESET = new CancelReason.ClientReset();

  private final AtomicInteger violations = new AtomicInteger();
  private final Opponent opponent = new Opponent();

  @AfterEach
  void endOpponent() {
    opponent.end();
  }

  private void expect(boolean law) {
    if (!law) {
      violations.incrementAndGet();
    }
  }

  /// A thread that does something at about the same moment as the test's own, round after round.
  private static final class Opponent {
    private final CyclicBarrier barrier = new CyclicBarrier(2);
    private final AtomicReference<Runnable> move = new AtomicReference<>();
    private final Thread thread = Thread.ofPlatform().daemon().start(this::play);

    private void play() {
      try {
        while (true) {
          barrier.await();
          move.get().run();
          barrier.await();
        }
      } catch (InterruptedException | BrokenBarrierException e) {
        Thread.currentThread().interrupt(); // the test is over
      }
    }

    void round(int round, Runnable theirs, Runnable ours) {
      move.set(() -> {
        spin(round % 7 * 40);
        theirs.run();
      });
      join();
      spin(round % 11 * 30);
      ours.run();
      join();
    }

    private void join() {
      try {
        barrier.await();
      } catch (InterruptedException | BrokenBarrierException e) {
        throw new AssertionError("an interrupt that belongs to nobody", e);
      }
    }

    private static void spin(int times) {
      for (int i = 0; i < times; i++) {
        Thread.onSpinWait();
      }
    }

    void end() {
      thread.interrupt();
    }
  }

  @Test
  void cancelAgainstCompletion() {
    for (int round = 0; round < ROUNDS; round++) {
      AtomicInteger fired = new AtomicInteger();
      CancelScope scope = CancelScope.open();
      scope.cancellation().onCancel(reason -> fired.incrementAndGet());
      AtomicReference<Boolean> won = new AtomicReference<>();
      opponent.round(
          round,
          () -> won.set(scope.cancel(CLOSED)),
          () -> {
            try (scope) {
              scope.call(() -> "done");
            } catch (Exception e) {
              expect(e instanceof CancelledException);
            }
            expect(!Thread.currentThread().isInterrupted());
          });
      int expected = won.get() ? 1 : 0;
      if (fired.get() != expected) {
        Await.until(() -> fired.get() == expected);
      }
      expect(scope.cancellation().isCancelled() == won.get());
    }
    assertThat(violations).hasValue(0);
  }

  @Test
  void cancelAgainstRegistration() {
    for (int round = 0; round < ROUNDS; round++) {
      CompletableFuture<CancelReason> told = new CompletableFuture<>();
      AtomicInteger fired = new AtomicInteger();
      try (CancelScope scope = CancelScope.open()) {
        opponent.round(
            round,
            () -> scope.cancel(CLOSED),
            () ->
                scope
                    .cancellation()
                    .onCancel(reason -> {
                      fired.incrementAndGet();
                      told.complete(reason);
                    }));
        expect(Await.value(told).equals(CLOSED));
      }
      expect(fired.get() == 1);
    }
    assertThat(violations).hasValue(0);
  }

  @Test
  void cancelAgainstUnregistration() {
    for (int round = 0; round < ROUNDS; round++) {
      AtomicInteger inUse = new AtomicInteger(1);
      try (CancelScope scope = CancelScope.open()) {
        Registration registration =
            scope
                .cancellation()
                .onCancel(reason -> {
                  Opponent.spin(200);
                  expect(inUse.get() == 1);
                });
        opponent.round(
            round,
            () -> scope.cancel(CLOSED),
            () -> {
              registration.close();
              inUse.set(0); // from here on the resource is its next user's
            });
      }
    }
    assertThat(violations).hasValue(0);
  }

  @Test
  void cancelAgainstAbortableOperationsEnd() {
    for (int round = 0; round < ROUNDS; round++) {
      AtomicInteger inUse = new AtomicInteger(1);
      AtomicInteger aborted = new AtomicInteger();
      try (CancelScope scope = CancelScope.open()) {
        opponent.round(
            round,
            () -> scope.cancel(CLOSED),
            () -> {
              boolean threw = false;
              try {
                scope
                    .cancellation()
                    .abortable(
                        (reason, attempt) -> {
                          aborted.incrementAndGet();
                          Opponent.spin(200);
                          expect(inUse.get() == 1);
                        },
                        () -> operation(aborted));
              } catch (CancelledException e) {
                threw = true;
              }
              inUse.set(0);
              expect(threw || aborted.get() == 0);
              expect(!Thread.currentThread().isInterrupted());
            });
      }
    }
    assertThat(violations).hasValue(0);
  }

  /// Returns just as an abort may have begun.
  private static int operation(AtomicInteger aborted) {
    for (int i = 0; i < 3_000 && aborted.get() == 0; i++) {
      Thread.onSpinWait();
    }
    return aborted.get();
  }

  @Test
  void cancelAgainstFork() {
    for (int round = 0; round < ROUNDS; round++) {
      AtomicInteger inside = new AtomicInteger();
      CancelScope scope = CancelScope.open();
      try (scope) {
        opponent.round(
            round,
            () -> scope.cancel(CLOSED),
            () ->
                scope.fork(() -> {
                  inside.incrementAndGet();
                  try {
                    return new CountDownLatch(1).await(1, java.util.concurrent.TimeUnit.HOURS);
                  } finally {
                    inside.decrementAndGet();
                  }
                }));
      }
      expect(inside.get() == 0);
    }
    assertThat(violations).hasValue(0);
  }

  @Test
  void cancelAgainstClose() {
    for (int round = 0; round < ROUNDS; round++) {
      AtomicInteger running = new AtomicInteger();
      CancelScope scope = CancelScope.open();
      scope
          .cancellation()
          .onCancel(reason -> {
            running.incrementAndGet();
            Thread.onSpinWait();
            running.decrementAndGet();
          });
      AtomicReference<Boolean> won = new AtomicReference<>();
      opponent.round(
          round,
          () -> won.set(scope.cancel(CLOSED)),
          () -> {
            scope.close();
            expect(running.get() == 0);
          });
      expect(scope.cancellation().isCancelled() == won.get());
    }
    assertThat(violations).hasValue(0);
  }

  @Test
  void cancelAgainstShieldEntryAndExit() {
    for (int round = 0; round < ROUNDS; round++) {
      CancelScope scope = CancelScope.open();
      opponent.round(
          round,
          () -> scope.cancel(CLOSED),
          () -> {
            try (scope) {
              scope.call(() ->
                  Cancellation.current().shielded(java.time.Duration.ofSeconds(5), this::quiet));
            } catch (Exception e) {
              expect(e instanceof CancelledException);
            }
            expect(!Thread.currentThread().isInterrupted());
          });
    }
    assertThat(violations).hasValue(0);
  }

  private boolean quiet() {
    for (int i = 0; i < 50; i++) {
      expect(!Thread.currentThread().isInterrupted());
      Thread.onSpinWait();
    }
    expect(!Cancellation.current().isCancelled());
    return true;
  }

  @Test
  void lateInterruptNeverHitsTheThreadsNextWork() {
    for (int round = 0; round < ROUNDS; round++) {
      CancelScope scope = CancelScope.open();
      int pause = round % 5;
      opponent.round(
          round,
          () -> scope.cancel(CLOSED),
          () -> {
            try {
              scope.call(() -> {
                LockSupport.parkNanos(pause * 2_000L);
                return null;
              });
            } catch (Exception e) {
              expect(e instanceof CancelledException);
            }
            for (int i = 0; i < 100; i++) {
              expect(!Thread.currentThread().isInterrupted());
              Thread.onSpinWait();
            }
            scope.close();
          });
    }
    assertThat(violations).hasValue(0);
  }

  @Test
  void foreignFlagSurvivesWorkThatItWasSetBefore() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      CancelScope scope = CancelScope.open();
      Thread.currentThread().interrupt();
      Thread canceller = Thread.startVirtualThread(() -> scope.cancel(CLOSED));
      try {
        scope.call(() -> null);
      } catch (CancelledException e) {
        expect(e.reason().equals(CLOSED));
      }
      expect(Thread.interrupted());
      canceller.join();
      scope.close();
    }
    assertThat(violations).hasValue(0);
  }

  @Test
  void twoCancelsHaveOneWinner() {
    for (int round = 0; round < ROUNDS; round++) {
      AtomicInteger wins = new AtomicInteger();
      AtomicInteger fired = new AtomicInteger();
      try (CancelScope scope = CancelScope.open()) {
        scope.cancellation().onCancel(reason -> fired.incrementAndGet());
        opponent.round(
            round,
            () -> wins.addAndGet(scope.cancel(CLOSED) ? 1 : 0),
            () -> wins.addAndGet(scope.cancel(RESET) ? 1 : 0));
      }
      expect(wins.get() == 1 && fired.get() == 1);
    }
    assertThat(violations).hasValue(0);
  }

  @Test
  void cancelOfParentAgainstBirthOfChild() {
    for (int round = 0; round < ROUNDS; round++) {
      try (CancelScope parent = CancelScope.open()) {
        AtomicReference<CancelScope> child = new AtomicReference<>();
        opponent.round(
            round,
            () -> parent.cancel(CLOSED),
            () -> child.set(CancelScope.open(parent.cancellation(), o -> o)));
        try (CancelScope born = child.get()) {
          expect(born.cancellation().isCancelled());
        }
      }
    }
    assertThat(violations).hasValue(0);
  }
}
