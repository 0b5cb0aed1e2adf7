package dev.hangup.demo;

import dev.hangup.Deadline;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// Waits for what cannot be waited for otherwise: a file's content, another process's answer.
final class Poll {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(10);

  private Poll() {}

  /// Asks again and again until the answer fits.
  static <T> T until(Callable<T> question, Predicate<T> fits) throws Exception {
    Deadline deadline = Deadline.after(PATIENCE);
    while (true) {
      T answer = question.call();
      if (fits.test(answer)) {
        return answer;
      }
      if (deadline.isExpired()) {
        throw new AssertionError("still after " + PATIENCE + ": " + answer);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
