package dev.hangup.observe;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Tells who waits that something has changed; costs those who change things little while nobody
/// waits. For any thread.
final class Changes {
  private final AtomicLong count = new AtomicLong();
  private volatile int waiting; // written under the monitor

  void happened() {
    count.incrementAndGet(); // before it looks who waits, who says so before looking at this
    if (waiting > 0) {
      wake();
    }
  }

  private synchronized void wake() {
    notifyAll();
  }

  long count() {
    return count.get();
  }

  /// Blocks until there have been more than so many, or for so long.
  synchronized void awaitMoreThan(long seen, Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    waiting++;
    try {
      long left = most.toMillis();
      while (count.get() <= seen && left > 0) {
        wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
    } finally {
      waiting--;
    }
  }
}
