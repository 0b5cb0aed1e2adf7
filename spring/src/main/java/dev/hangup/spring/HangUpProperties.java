package dev.hangup.spring;

import dev.hangup.CancelPolicy;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// `hangup.*`. Described for IDEs in `META-INF/spring-configuration-metadata.json`.
///
/// @param enabled false switches all of it off
/// @param patience how long a request runs before its connection is watched
/// @param grace how long aborts have before the interrupt, and interrupted work before it is a
///   straggler
/// @param maxDeadline what a caller's deadline is cut to
/// @param policies what a hang-up does, by HTTP method
/// @param history how many hang-ups the Actuator's endpoint remembers
/// @param requireFull whether to refuse to start where the kernel does not tell of hang-ups
/// @param jdbc for data sources
/// @param restClient for the builders of `RestClient` and `RestTemplate`
/// @param webClient for the builder of `WebClient`
/// @param probe for `hangup doctor`
@ConfigurationProperties("hangup")
record HangUpProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("10ms") Duration patience,
    @DefaultValue("250ms") Duration grace,
    @DefaultValue("1h") Duration maxDeadline,
    @DefaultValue Map<String, CancelPolicy> policies,
    @DefaultValue("100") int history,
    @DefaultValue("false") boolean requireFull,
    @DefaultValue Switch jdbc,
    @DefaultValue Switch restClient,
    @DefaultValue Switch webClient,
    @DefaultValue Probe probe) {

  /// `hangup.jdbc.*` and the like: a part of it, for what the application has.
  ///
  /// @param enabled false leaves that as it is
  record Switch(@DefaultValue("true") boolean enabled) {}

  /// `hangup.probe.*`: what `hangup doctor` asks.
  ///
  /// @param token whom it answers; there is no probe without
  /// @param path where it is
  record Probe(@DefaultValue("") String token, @DefaultValue("/hangup/probe") String path) {
    static final String TOKEN = "hangup.probe.token";
  }

  HangUpProperties {
    check("patience", patience);
    check("grace", grace);
    check("max-deadline", maxDeadline);
    if (history < 0) {
      throw new IllegalArgumentException("hangup.history: " + history + " (expected: 0 or more)");
    }
  }

  private static void check(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(
          "hangup." + name + ": " + value + " (expected: zero or more)");
    }
  }
}
