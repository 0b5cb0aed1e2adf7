package dev.hangup.lab;

import java.util.List;
import java.util.Optional;

/// One hang-up, and what the handler said.
///
/// @param left when the client left, since 1970
/// @param events the handler's
record Trial(long left, List<Event> events) {
  private static final double NANOS = 1e6; // a millisecond's

  boolean isHeard() {
    return Events.first(events, "told").isPresent();
  }

  /// From the leaving until the handler was told. None where it was not.
  Optional<Double> toldMillis() {
    return Events.first(events, "told").map(told -> millis(left, told.nanos()));
  }

  /// From there until it had stopped.
  Optional<Double> stoppedMillis() {
    return Events.first(events, "told")
        .flatMap(told ->
            Events.first(events, "stopped").map(stopped -> millis(told.nanos(), stopped.nanos())));
  }

  /// The clock that both read may have been set, and curl's own end is seen late.
  private static double millis(long from, long to) {
    return Math.round(Math.max(0, to - from) / NANOS * 1000) / 1000.0;
  }

  int wastedSteps() {
    return (int)
        events.stream()
            .filter(event -> event.what().equals("step") && event.nanos() > left)
            .count();
  }

  long bytesAfter() {
    return events.stream()
        .filter(event -> event.what().equals("wrote") && event.nanos() > left)
        .mapToLong(event -> Long.parseLong(event.more()))
        .sum();
  }
}
