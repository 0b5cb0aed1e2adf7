package dev.hangup.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The law that a container's requests and threads, which serve one client after the other, never
/// bring one of them the cancel or the interrupt of another; though cancels race completions.
class RecycledRequestsTest {
  private static final Duration SLOW = Duration.ofSeconds(10); // else a busy machine has stragglers

  @ParameterizedTest
  @EnumSource
  void nobodyGetsTheCancelOfAnother(Engine engine) throws Exception {
    Traffic traffic = new Traffic(30, 1_500);
    UnaryOperator<HangUpOptions> atOnce = o -> o.withPatience(Duration.ZERO).withGrace(SLOW);
    try (Served served = Served.start(engine, Setup.PLAIN, atOnce, traffic::handle)) {
      traffic.run(served, 3_000);
    }
    assertThat(traffic.wrong).isEmpty();
    assertThat(traffic.told).hasPositiveValue();
  }

  /// Requests last about as long as the patience: their connections are asked for their ends when
  /// they are over, or their container has gone on to the next.
  @ParameterizedTest
  @EnumSource
  void norWhereRequestsEndWithThePatience(Engine engine) throws Exception {
    Traffic traffic = new Traffic(30, 2_000);
    UnaryOperator<HangUpOptions> soon = o -> o.withPatience(Duration.ofMillis(1)).withGrace(SLOW);
    try (Served served = Served.start(engine, Setup.PLAIN, soon, traffic::handle)) {
      traffic.run(served, 3_000);
    }
    assertThat(traffic.wrong).isEmpty();
    assertThat(traffic.told).hasPositiveValue();
  }

  @ParameterizedTest
  @EnumSource
  void norOnVirtualThreads(Engine engine) throws Exception {
    Traffic traffic = new Traffic(30, 1_500);
    UnaryOperator<HangUpOptions> atOnce = o -> o.withPatience(Duration.ZERO).withGrace(SLOW);
    Setup setup = Setup.PLAIN.withVirtualThreads();
    try (Served served = Served.start(engine, setup, atOnce, traffic::handle)) {
      traffic.run(served, 1_500);
    }
    assertThat(traffic.wrong).isEmpty();
    assertThat(traffic.told).hasPositiveValue();
  }
}
