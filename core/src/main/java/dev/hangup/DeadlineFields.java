package dev.hangup;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The header fields in which a caller says how long it will wait: for servers and adapters, which
/// read them, and for clients, which write them.
///
/// {@snippet class="dev.hangup.DeadlineFieldsTest" region="fields"}
///
/// | read | value |
/// |---|---|
/// | `Request-Timeout` | decimal seconds |
/// | `grpc-timeout` | gRPC over HTTP/2: up to 8 digits and one of `HMSmun` |
/// | `Connect-Timeout-Ms` | Connect: milliseconds |
/// | `x-envoy-expected-rq-timeout-ms` | Envoy: milliseconds |
///
/// All are relative, so that clocks need not agree. The shortest counts, a malformed one is
/// ignored. Written is `Request-Timeout` alone.
public final class DeadlineFields {
  /// The field that clients write.
  public static final String REQUEST_TIMEOUT = "Request-Timeout";

  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
  private static final Pattern MILLIS = Pattern.compile("\\d{1,10}");
  private static final Pattern GRPC = Pattern.compile("(\\d{1,8})([HMSmun])");

  private DeadlineFields() {}

  /// The deadline of a request that has just come.
  ///
  /// @param field gives a request's header field by its name, or null
  /// @param most no deadline is later than this from now
  /// @return empty where no field says
  public static Optional<Deadline> read(Function<String, @Nullable String> field, Duration most) {
    Duration shortest =
        shorter(
            shorter(seconds(field.apply(REQUEST_TIMEOUT)), grpc(field.apply("grpc-timeout"))),
            shorter(
                millis(field.apply("Connect-Timeout-Ms")),
                millis(field.apply("x-envoy-expected-rq-timeout-ms"))));
    return Optional.ofNullable(shortest)
        .map(time -> Deadline.after(time.compareTo(most) > 0 ? most : time));
  }

  /// What [#REQUEST_TIMEOUT] is to say: decimal seconds, rounded down to milliseconds.
  ///
  /// @param left how long the caller will wait, zero or more
  /// @return for instance `1.837`
  public static String write(Duration left) {
    return BigDecimal.valueOf(left.toNanos(), 9).setScale(3, RoundingMode.DOWN).toPlainString();
  }

  /// What a call that this work makes is to say in [#REQUEST_TIMEOUT]: the time that is left.
  ///
  /// @param work makes the call
  /// @return empty where the work has no deadline
  /// @throws CancelledException if the work was cancelled, or has less than a millisecond left:
  ///   then nothing is to be sent
  public static Optional<String> write(Cancellation work) {
    work.check();
    return work.deadline()
        .map(deadline -> {
          Duration left = deadline.remaining();
          if (left.toMillis() == 0) {
            throw new CancelledException(new CancelReason.DeadlineExceeded(deadline));
          }
          return write(left);
        });
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
