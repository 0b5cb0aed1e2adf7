package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StopTest {
  private final Semaphore free = new Semaphore(0);
  private final Semaphore reported = new Semaphore(0);

  /// A canceller that the system holds up for 20 ms between starting its timer and planning it: the
  /// timer's look comes first. The stop must still come back after the grace.
  @Test
  void stopWhoseFirstLookOvertakesItsCancellerStillReports() throws Exception {
    int overtaken = 0;
    for (int i = 0; overtaken < 3 && i < 100; i++) {
      overtaken += round() ? 1 : 0;
    }
    assertThat(overtaken).isPositive();
  }

  private boolean round() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CancelScope scope =
        CancelScope.open(
            Cancellation.detached(),
            o ->
                o.withGrace(Duration.ofMillis(100)).withStragglerListener(_ -> reported.release()));
    Object lock = ((Work) scope.cancellation()).root;
    Thread worker = Thread.ofVirtual().start(() -> work(scope, begun));
    begun.await();
    Thread canceller =
        Thread.ofPlatform().unstarted(() -> scope.cancel(new CancelReason.ClientClosed()));
    canceller.start();
    while (!scope.cancellation().isCancelled()) {
      Thread.onSpinWait();
    }
    boolean overtaken = false;
    synchronized (lock) {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(15);
      while (canceller.getState() != Thread.State.BLOCKED && System.nanoTime() - end < 0) {
        Thread.onSpinWait();
      }
      ScheduledThreadPoolExecutor timer = timer();
      for (Runnable look : timer.getQueue().toArray(new Runnable[0])) {
        if (canceller.getState() == Thread.State.BLOCKED && timer.remove(look)) {
          while (System.nanoTime() - end < TimeUnit.MILLISECONDS.toNanos(10)) {
            Thread.onSpinWait(); // it is not due before
          }
          look.run(); // as the timer's thread would, which takes the lock before the canceller
          overtaken = true;
          break;
        }
      }
    }
    boolean told = reported.tryAcquire(30, TimeUnit.SECONDS);
    free.release();
    canceller.join();
    worker.join();
    assertThat(told).as("reported; overtaken: %s", overtaken).isTrue();
    return overtaken;
  }

  private static ScheduledThreadPoolExecutor timer() throws ReflectiveOperationException {
    Field field = Timing.class.getDeclaredField("TIMER");
    field.setAccessible(true);
    return (ScheduledThreadPoolExecutor) field.get(null);
  }

  private void work(CancelScope scope, CountDownLatch begun) {
    try {
      scope.call(() -> {
        begun.countDown();
        free.acquireUninterruptibly();
        return true;
      });
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
