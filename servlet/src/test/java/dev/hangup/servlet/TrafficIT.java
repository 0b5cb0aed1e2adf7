package dev.hangup.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Much traffic, with the filter as it is by default. How much: `-Dhangup.requests=60000`.
class TrafficIT {
  private static final int REQUESTS = Integer.getInteger("hangup.requests", 6_000);

  @ParameterizedTest
  @EnumSource
  void allWhoLeaveAreHeardAndNobodyElse(Engine engine) throws Exception {
    Traffic traffic = new Traffic(30, 2_000);
    try (Served served = Served.start(engine, TrafficIT::patient, traffic::handle)) {
      traffic.run(served, REQUESTS);
    }
    System.out.printf(
        "%s: %d requests, %d answered, %d told, wrong: %s%n",
        engine, REQUESTS, traffic.answered.get(), traffic.told.get(), traffic.wrong);
    assertThat(traffic.wrong).isEmpty();
    assertThat(traffic.told).hasValueGreaterThan(REQUESTS / 10);
  }

  @ParameterizedTest
  @EnumSource
  void whoStaysIsNeverTold(Engine engine) throws Exception {
    Traffic traffic = new Traffic(0, 20);
    try (Served served = Served.start(engine, TrafficIT::patient, traffic::handle)) {
      traffic.run(served, 10_000);
    }
    assertThat(traffic.wrong).isEmpty();
    assertThat(traffic.told).hasValue(0);
    assertThat(traffic.answered).hasValue(10_000);
  }

  /// Else a busy machine has stragglers.
  private static HangUpOptions patient(HangUpOptions options) {
    return options.withGrace(Duration.ofSeconds(10));
  }
}
