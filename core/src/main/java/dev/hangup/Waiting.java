package dev.hangup;

import java.util.function.BooleanSupplier;

/// Waiting on a tree's lock.
final class Waiting {
  private Waiting() {}

  /// Waits on `lock`, which the caller holds, until the condition holds; an interrupt does not end
  /// the wait and is restored after it.
  @SuppressWarnings("WaitNotInLoop") // the loop is here
  static void uninterruptibly(Object lock, BooleanSupplier condition) {
    boolean interrupted = false;
    while (!condition.getAsBoolean()) {
      try {
        lock.wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
