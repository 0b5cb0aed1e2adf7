package dev.hangup.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The handlers of this process that wait for ever, or until they are interrupted.
final class Waiting {
  /// What every server answers.
  static final String TEXT = "Hello, World!";

  /// Where a handler waits instead.
  static final String PATH = "/wait";

  private static final CountDownLatch NEVER = new CountDownLatch(1);
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final AtomicLong LAST_STOPPED = new AtomicLong();

  private Waiting() {}

  static void await() throws InterruptedException {
    COUNT.incrementAndGet();
    try {
      NEVER.await();
    } finally {
      LAST_STOPPED.accumulateAndGet(System.nanoTime(), Math::max);
      COUNT.decrementAndGet();
    }
  }

  /// How many wait, and when the last one stopped to.
  static String state() {
    return COUNT.get() + " " + LAST_STOPPED.get();
  }
}
