package dev.hangup.spring;

import dev.hangup.CancelPolicy;
import dev.hangup.CancelReport;
import dev.hangup.Straggler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request that was cancelled, or whose client left while it ran to its end.
///
/// @param time when that was known
/// @param method of HTTP
/// @param route the controller's pattern, such as `/orders/{id}`; null where no controller was
///   found
/// @param reason its code, such as `client_closed`
/// @param policy what the request's work made of it
/// @param timeToStop from then until the work was over
/// @param stragglers what went on past its grace
record HangUp(
    Instant time,
    String method,
    @Nullable String route,
    String reason,
    CancelPolicy policy,
    Duration timeToStop,
    List<StoppedLate> stragglers) {

  static HangUp of(
      Instant time,
      String method,
      @Nullable String route,
      CancelPolicy policy,
      CancelReport report) {
    return new HangUp(
        time,
        method,
        route,
        report.reason().code(),
        policy,
        report.timeToStop(),
        report.stragglers().stream().map(StoppedLate::of).toList());
  }

  /// A straggler, for people.
  record StoppedLate(String thread, Duration after, List<String> stack) {
    static StoppedLate of(Straggler straggler) {
      return new StoppedLate(
          straggler.thread(),
          straggler.after(),
          straggler.stack().stream().map(StackTraceElement::toString).toList());
    }
  }
}
