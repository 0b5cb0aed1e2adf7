package dev.hangup.jdbc;

import dev.hangup.Deadline;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Waiting in tests: for a condition, never for a time.
final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Await() {}

  static void until(Callable<Boolean> condition) throws Exception {
    Deadline limit = Deadline.after(LIMIT);
    while (!condition.call()) {
      if (limit.isExpired()) {
        throw new AssertionError("the condition did not come true within " + LIMIT);
      }
      LockSupport.parkNanos(500_000);
    }
  }

  static <T> T value(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
