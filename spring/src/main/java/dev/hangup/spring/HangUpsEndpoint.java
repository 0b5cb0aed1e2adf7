package dev.hangup.spring;

import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/// `/actuator/hangups`.
@Endpoint(id = "hangups")
final class HangUpsEndpoint {
  private final HangUps hangUps;

  HangUpsEndpoint(HangUps hangUps) {
    this.hangUps = hangUps;
  }

  @ReadOperation
  Description hangUps() {
    Map<String, Long> reasons = hangUps.reasons();
    long all = reasons.values().stream().mapToLong(Long::longValue).sum();
    return new Description(new Totals(all, hangUps.stragglers(), reasons), hangUps.last());
  }

  /// The answer.
  ///
  /// @param totals since the start
  /// @param hangups the last ones, the newest first
  record Description(Totals totals, List<HangUp> hangups) {}

  /// How many there were since the start.
  ///
  /// @param hangups requests
  /// @param stragglers pieces of work that went on past their grace
  /// @param reasons requests by reason
  record Totals(long hangups, long stragglers, Map<String, Long> reasons) {}
}
