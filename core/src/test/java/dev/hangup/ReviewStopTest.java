package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ReviewStopTest {
  /// A canceller that the system holds up between starting its timer and planning it must not
  /// leave the stop without one.
  @Test
  void stopThatIsHeldUpAtItsBeginningStillInterruptsAfterTheGrace() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Thread[] burners = new Thread[48];
    for (int i = 0; i < burners.length; i++) {
      burners[i] = Thread.ofPlatform().daemon().start(() -> {
        while (!over.get()) {
          Thread.onSpinWait();
        }
      });
    }
    int lost = 0;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(50);
    int rounds = 0;
    try {
      while (System.nanoTime() < end && lost == 0) {
        rounds++;
        lost += round() ? 0 : 1;
      }
    } finally {
      over.set(true);
    }
    System.out.println("rounds " + rounds + " lost " + lost);
    assertThat(lost).isZero();
  }

  private static boolean round() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    CountDownLatch begun = new CountDownLatch(1);
    CancelScope scope =
        CancelScope.open(
            Cancellation.detached(), o -> o.withGrace(Duration.ofMillis(30)));
    Thread.ofPlatform().daemon().start(() -> {
      try {
        scope.call(() -> {
          begun.countDown();
          while (!Cancellation.current().isCancelled()) {
            Thread.onSpinWait();
          }
          try {
            Cancellation.current().check();
          } catch (CancelledException told) {
            // and goes on
          }
          never.await();
          return true;
        });
      } catch (Exception e) {
        interrupted.complete(true);
      }
    });
    begun.await();
    scope.cancel(new CancelReason.ClientClosed());
    try {
      return interrupted.get(6, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      never.countDown();
      return false;
    }
  }
}
