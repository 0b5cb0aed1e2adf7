package dev.hangup.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CancelEverywhereTest {
  private static final Trail RUNS = new Trail();

  @BeforeAll
  static void beginAnew() {
    assertThat(RUNS.events()).isEmpty();
  }

  @CancelEverywhere
  void everyPointIsCancelledAtInItsTurn(Everywhere everywhere) throws Exception {
    Trail trail = new Trail();
    Optional<String> value = everywhere.run(() -> work(trail));
    RUNS.add(String.join(" ", trail.events()) + value.map(done -> " " + done).orElse(""));
  }

  private static String work(Trail trail) throws Exception {
    for (int i = 0; i < 3; i++) {
      Cancellation.current().check();
      trail.add("step");
    }
    boolean counted = new CountDownLatch(1).await(30, TimeUnit.MILLISECONDS);
    trail.add("waited");
    Cancellation.current().abortable((reason, attempt) -> {}, () -> counted);
    trail.add("aborted");
    try (CancelScope scope = CancelScope.open()) {
      scope.fork(() -> new CountDownLatch(1).await(30, TimeUnit.MILLISECONDS));
      scope.join();
    }
    trail.add("forked");
    Cancellation.current().shielded(Duration.ofSeconds(1), () -> counted);
    return "done";
  }

  @AfterAll
  static void allPointsWereThere() {
    assertThat(RUNS.events())
        .contains(
            "step step step waited aborted forked done", // not cancelled, or cancelled in the
            // shield
            "", // at the first check
            "step", // at the second
            "step step step", // in the blocking call
            "step step step waited", // at the abortable operation
            "step step step waited aborted"); // at the fork
    assertThat(RUNS.events()).hasSizeGreaterThanOrEqualTo(7);
  }

  @Test
  void workThatIgnoresItsCancelFails() {
    Everywhere.Point first = firstCheck();
    Everywhere everywhere = new Everywhere(first, 1);
    assertThatThrownBy(() -> everywhere.run(CancelEverywhereTest::deaf))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("ignored its cancel")
        .hasMessageContaining("CancelEverywhereTest.deaf");
  }

  @Test
  void cleanUpThatFailsFails() {
    Everywhere everywhere = new Everywhere(firstPoint(CancelEverywhereTest::breaksItsCleanUp), 1);
    assertThatThrownBy(() -> everywhere.run(CancelEverywhereTest::breaksItsCleanUp))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("failed while it was stopped")
        .hasMessageContaining("no such account");
  }

  private static boolean breaksItsCleanUp() {
    try {
      Cancellation.current().check();
      return true;
    } catch (RuntimeException cancelled) {
      throw new IllegalStateException("no such account", null);
    }
  }

  @Test
  void undisturbedRunThrowsWhatTheWorkThrows() {
    Everywhere undisturbed = new Everywhere(null, 1);
    assertThatThrownBy(() ->
            undisturbed.run(() ->
                dev.hangup.Hangup.withDeadline(
                    Duration.ofMillis(5), () -> new CountDownLatch(1).await(30, TimeUnit.SECONDS))))
        .isInstanceOf(dev.hangup.CancelledException.class);
  }

  private static Everywhere.Point firstCheck() {
    return firstPoint(CancelEverywhereTest::deaf);
  }

  private static Everywhere.Point firstPoint(Callable<Boolean> work) {
    Everywhere undisturbed = new Everywhere(null, 1);
    try {
      undisturbed.run(work);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return List.copyOf(undisturbed.seen()).getFirst();
  }

  private static boolean deaf() {
    try {
      Cancellation.current().check();
    } catch (RuntimeException swallowed) {
      assertThat(swallowed).isNotNull();
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(700);
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    return true;
  }
}
