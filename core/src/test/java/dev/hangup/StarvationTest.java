package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Work that computes on every carrier of the virtual threads must be stoppable all the same.
class StarvationTest {
  private static final int SPINNERS = 2 * Runtime.getRuntime().availableProcessors();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void abortsReachOperationsThatHoldEveryCarrier() {
    AtomicInteger endedByThemselves = new AtomicInteger();
    CountDownLatch spinning = new CountDownLatch(Runtime.getRuntime().availableProcessors());
    List<CompletableFuture<CancelReport>> reports = new ArrayList<>();
    List<CancelScope> scopes = new ArrayList<>();
    for (int i = 0; i < SPINNERS; i++) {
      CancelScope scope = CancelScope.open(o -> o.withName("spinner"));
      scopes.add(scope);
      scope.fork(() -> spin(spinning, endedByThemselves));
    }
    CancelScopeTest.awaitQuietly(spinning);
    CompletableFuture<CancelReason> told = new CompletableFuture<>();
    scopes.getFirst().cancellation().onCancel(told::complete);
    for (CancelScope scope : scopes) {
      reports.add(scope.cancelAndAwait(new CancelReason.ClientClosed()).toCompletableFuture());
    }
    reports.forEach(Await::value);
    assertThat(Await.value(told)).isEqualTo(new CancelReason.ClientClosed());
    scopes.forEach(CancelScope::close);
    assertThat(endedByThemselves).hasValue(0);
  }

  /// Ends when it is aborted, at the third attempt, or by itself after a long time.
  private static boolean spin(CountDownLatch spinning, AtomicInteger endedByThemselves) {
    AtomicBoolean aborted = new AtomicBoolean();
    Abort abort = (reason, attempt) -> aborted.set(attempt >= 2);
    return Cancellation.current()
        .abortable(
            abort.withInterrupt(Abort.Interrupt.NEVER),
            () -> {
              spinning.countDown();
              Deadline end = Deadline.after(LIMIT);
              while (!aborted.get()) {
                if (end.isExpired()) {
                  endedByThemselves.incrementAndGet();
                  return false;
                }
              }
              return true;
            });
  }
}
