package dev.hangup.server;

import dev.hangup.Deadline;
import io.netty.handler.codec.http.HttpHeaders;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How long a request's caller will wait, as its header fields say: `Request-Timeout` (decimal
/// seconds), `grpc-timeout` (gRPC over HTTP/2), `Connect-Timeout-Ms` (Connect),
/// `x-envoy-expected-rq-timeout-ms` (Envoy). The shortest counts; a malformed one is ignored.
final class RequestDeadline {
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
  private static final Pattern MILLIS = Pattern.compile("\\d{1,10}");
  private static final Pattern GRPC = Pattern.compile("(\\d{1,8})([HMSmun])");

  private RequestDeadline() {}

  /// Returns null where no field says.
  static @Nullable Deadline of(HttpHeaders headers, Duration most) {
    Duration shortest =
        shorter(
            shorter(seconds(headers.get("Request-Timeout")), grpc(headers.get("grpc-timeout"))),
            shorter(
                millis(headers.get("Connect-Timeout-Ms")),
                millis(headers.get("x-envoy-expected-rq-timeout-ms"))));
    return shortest == null ? null : Deadline.after(shortest.compareTo(most) > 0 ? most : shortest);
  }

  private static @Nullable Duration shorter(@Nullable Duration one, @Nullable Duration other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.compareTo(other) <= 0 ? one : other;
  }

  private static @Nullable Duration seconds(@Nullable String value) {
    return value != null && SECONDS.matcher(value).matches()
        ? Duration.ofNanos(new BigDecimal(value).movePointRight(9).longValueExact())
        : null;
  }

  private static @Nullable Duration millis(@Nullable String value) {
    return value != null && MILLIS.matcher(value).matches()
        ? Duration.ofMillis(Long.parseLong(value))
        : null;
  }

  private static @Nullable Duration grpc(@Nullable String value) {
    if (value == null) {
      return null;
    }
    Matcher matcher = GRPC.matcher(value);
    if (!matcher.matches()) {
      return null;
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "H" -> Duration.ofHours(amount);
      case "M" -> Duration.ofMinutes(amount);
      case "S" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMillis(amount);
      case "u" -> Duration.ofNanos(1_000 * amount);
      default -> Duration.ofNanos(amount);
    };
  }
}
