package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class HangupTest {
  @Test
  void winnerOfARaceIsReturnedWhenTheLosersHaveStopped() throws Exception {
    CountDownLatch running = new CountDownLatch(2);
    AtomicReference<CancelReason> why = new AtomicReference<>();
    AtomicInteger stopped = new AtomicInteger();
    Callable<String> loser =
        () -> {
          running.countDown();
          try {
            return (String) new CompletableFuture<>().get();
          } finally {
            why.set(Cancellation.current().reason().orElseThrow());
            stopped.incrementAndGet();
          }
        };
    String winner =
        Hangup.race(
            List.of(
                loser,
                loser,
                () -> {
                  running.await();
                  return "winner";
                }));
    assertThat(winner).isEqualTo("winner");
    assertThat(stopped).hasValue(2);
    assertThat(why).hasValue(new CancelReason.Application("lost the race"));
  }

  @Test
  void raceGoesOnAfterAFailure() throws Exception {
    String winner =
        Hangup.race(
            List.of(
                () -> {
                  throw new IOException("fails at once");
                },
                () -> "second"));
    assertThat(winner).isEqualTo("second");
  }

  /// Again and again: a task that has failed may still be on its way out.
  @RepeatedTest(1_000)
  void raceThatAllLoseThrowsTheFirstFailureWithTheOthers() {
    IOException first = new IOException("first");
    IOException second = new IOException("second");
    List<Callable<String>> tasks =
        List.of(
            () -> {
              throw first;
            },
            () -> {
              throw second;
            });
    assertThatThrownBy(() -> Hangup.race(tasks)).isSameAs(first).hasSuppressedException(second);
  }

  @Test
  void raceOfNobodyIsRefused() {
    assertThatThrownBy(() -> Hangup.race(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one");
  }

  @Test
  void cancelOfTheCurrentWorkEndsTheRace() {
    CountDownLatch running = new CountDownLatch(2);
    Callable<Object> runner =
        () -> {
          running.countDown();
          return new CompletableFuture<>().get();
        };
    try (CancelScope request = CancelScope.open()) {
      Thread.startVirtualThread(() -> {
        CancelScopeTest.awaitQuietly(running);
        request.cancel(new CancelReason.ClientClosed());
      });
      assertThatThrownBy(() -> request.call(() -> Hangup.race(List.of(runner, runner))))
          .isInstanceOfSatisfying(
              CancelledException.class,
              e -> assertThat(e.reason()).isEqualTo(new CancelReason.ClientClosed()));
    }
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void hedgeStartsTheSecondOnlyAfterTheDelay() throws Exception {
    AtomicInteger started = new AtomicInteger();
    Callable<String> quick =
        () -> {
          started.incrementAndGet();
          return "quick";
        };
    assertThat(Hangup.hedge(Duration.ofSeconds(60), List.of(quick, quick))).isEqualTo("quick");
    assertThat(started).hasValue(1);
    Callable<String> slow = () -> (String) new CompletableFuture<>().get();
    assertThat(Hangup.hedge(Duration.ofMillis(10), List.of(slow, quick))).isEqualTo("quick");
    assertThat(started).hasValue(2);
  }

  @Test
  void hedgeStartsTheNextAtOnceWhenAllBeforeHaveFailed() throws Exception {
    Callable<String> fails =
        () -> {
          throw new IOException("fails");
        };
    assertThat(Hangup.<String>hedge(Duration.ofSeconds(60), List.of(fails, () -> "second")))
        .isEqualTo("second");
  }
}
