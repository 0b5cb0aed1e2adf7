package dev.hangup.watch;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for conditions; the test's time limit ends it.
final class Await {
  private Await() {}

  static void until(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("the condition never came true");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
