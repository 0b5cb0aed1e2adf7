package dev.hangup.spring;

import dev.hangup.Cancellation;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.springframework.scheduling.annotation.Async;

/// What the controllers of [MvcTest] call.
class Service {
  static final BlockingQueue<Object> SEEN = new LinkedBlockingQueue<>();

  static Object next() throws InterruptedException {
    Object seen = SEEN.poll(30, TimeUnit.SECONDS);
    if (seen == null) {
      throw new AssertionError("nothing more was seen");
    }
    return seen;
  }

  /// Works until it is stopped, and tells why it was.
  static String workForEver() throws InterruptedException {
    SEEN.add("arrived");
    try {
      new CountDownLatch(1).await();
      return "never";
    } finally {
      SEEN.add(Cancellation.current().reason().<Object>map(r -> r).orElse("no reason"));
    }
  }

  /// Works for a while whatever happens, and tells whether it was cancelled.
  static String workToTheEnd() {
    SEEN.add("arrived");
    try {
      TimeUnit.MILLISECONDS.sleep(1_000); // the work itself
      SEEN.add("finished, cancelled: " + Cancellation.current().isCancelled());
    } catch (InterruptedException e) {
      SEEN.add("interrupted");
    }
    return "done";
  }

  @Async
  CompletableFuture<String> async() throws InterruptedException {
    return CompletableFuture.completedFuture(workForEver());
  }

  @Async
  void afterTheAnswer(CountDownLatch answered) throws InterruptedException {
    answered.await();
    workToTheEnd();
  }
}
