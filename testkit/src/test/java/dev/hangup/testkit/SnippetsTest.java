package dev.hangup.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.Cancellation;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The code in the javadoc, run.
class SnippetsTest {
  // @start region="everywhere"
  @CancelEverywhere
  void accountsBalanceWhereverTheTransferIsCancelled(Everywhere everywhere) throws Exception {
    AtomicInteger from = new AtomicInteger(100);
    AtomicInteger to = new AtomicInteger();
    everywhere.run(() -> transfer(from, to));
    assertThat(from.get() + to.get()).isEqualTo(100);
  }

  // @end

  private static boolean transfer(AtomicInteger from, AtomicInteger to) throws Exception {
    Cancellation.current().check();
    from.addAndGet(-30);
    try {
      return new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    } finally {
      Cancellation.current().shielded(Duration.ofSeconds(1), () -> to.addAndGet(30));
    }
  }

  @Test
  void trail() throws Exception {
    // @start region="trail"
    Trail trail = new Trail();
    Thread.startVirtualThread(() -> trail.add("cleaned up"));
    trail.await("cleaned up");
    assertThat(trail.events()).containsExactly("cleaned up");
    // @end
  }
}
