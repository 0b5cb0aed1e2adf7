package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  @Test
  void scopeIsCancelledWhenItsDeadlinePasses() {
    assertThatThrownBy(() ->
            Hangup.withDeadline(
                Duration.ofMillis(20),
                () -> {
                  new CountDownLatch(1).await();
                  return null;
                }))
        .isInstanceOfSatisfying(
            CancelledException.class,
            e -> assertThat(e.reason()).isInstanceOf(CancelReason.DeadlineExceeded.class));
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void nestedDeadlinesTakeTheMinimum() throws Exception {
    Deadline outer = Deadline.after(Duration.ofSeconds(30));
    try (CancelScope scope = CancelScope.open(o -> o.withDeadline(outer))) {
      scope.call(() -> {
        try (CancelScope later = CancelScope.open(o -> o.withTimeout(Duration.ofSeconds(90)))) {
          assertThat(later.cancellation().deadline()).contains(outer);
        }
        Deadline inner = Deadline.after(Duration.ofSeconds(3));
        try (CancelScope earlier = CancelScope.open(o -> o.withDeadline(inner))) {
          assertThat(earlier.cancellation().deadline()).contains(inner);
        }
        return null;
      });
    }
  }

  @Test
  void scopeWithAPassedDeadlineIsBornCancelled() {
    try (CancelScope scope = CancelScope.open(o -> o.withTimeout(Duration.ZERO))) {
      assertThat(scope.cancellation().reason())
          .containsInstanceOf(CancelReason.DeadlineExceeded.class);
    }
  }

  @Test
  void workThatIsDoneInTimeIsNotCancelledLater() throws Exception {
    Cancellation seen = Hangup.withDeadline(Duration.ofSeconds(1), Cancellation::current);
    Deadline later = Deadline.after(Duration.ofMillis(1_100));
    Await.until(later::isExpired);
    assertThat(seen.isCancelled()).isFalse();
  }

  @Test
  void absurdlyLongTimeoutsAreBounded() {
    Deadline deadline = Deadline.after(Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(deadline.isExpired()).isFalse();
    assertThat(deadline.remaining()).isGreaterThan(Duration.ofDays(36_000));
  }

  @Test
  void negativeDurationsAreRefused() {
    Duration negative = Duration.ofMillis(-1);
    assertThatThrownBy(() -> Deadline.after(negative))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("timeout: PT-0.001S (expected: zero or more)");
    assertThatThrownBy(() -> CancelScope.open(o -> o.withGrace(negative)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("grace");
    assertThatThrownBy(() -> Cancellation.current().shielded(Duration.ZERO, () -> null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("budget");
  }
}
