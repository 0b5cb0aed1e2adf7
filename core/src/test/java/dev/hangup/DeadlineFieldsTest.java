package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineFieldsTest {
  private static final Duration MOST = Duration.ofHours(1);

  @ParameterizedTest
  @CsvSource({
    "Request-Timeout, 2.5, 2500",
    "Request-Timeout, 3, 3000",
    "Request-Timeout, 7200, 3600000",
    "grpc-timeout, 2H, 3600000",
    "grpc-timeout, 2M, 120000",
    "grpc-timeout, 2S, 2000",
    "grpc-timeout, 1500m, 1500",
    "grpc-timeout, 1500000u, 1500",
    "grpc-timeout, 99999999n, 99",
    "Connect-Timeout-Ms, 250, 250",
    "x-envoy-expected-rq-timeout-ms, 15000, 15000"
  })
  void eachFieldSaysHowLong(String field, String value, long millis) {
    Deadline deadline = DeadlineFields.read(Map.of(field, value)::get, MOST).orElseThrow();
    assertThat(deadline.remaining())
        .isLessThanOrEqualTo(Duration.ofMillis(millis + 1))
        .isGreaterThanOrEqualTo(Duration.ofMillis(millis - Math.min(millis, 5_000)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1e3", "soon", "1.", ".5", "1 s", "99999999999999999999", "+1"})
  void malformedValuesAreIgnored(String value) {
    for (String field :
        new String[] {
          "Request-Timeout", "grpc-timeout", "Connect-Timeout-Ms", "x-envoy-expected-rq-timeout-ms"
        }) {
      assertThat(DeadlineFields.read(Map.of(field, value)::get, MOST)).isEmpty();
    }
  }

  @Test
  void shortestCounts() {
    Map<String, String> fields =
        Map.of("Request-Timeout", "30", "grpc-timeout", "2S", "Connect-Timeout-Ms", "x");
    Deadline deadline = DeadlineFields.read(fields::get, MOST).orElseThrow();
    assertThat(deadline.remaining()).isLessThanOrEqualTo(Duration.ofSeconds(2));
  }

  @ParameterizedTest
  @CsvSource({"PT1.8379S, 1.837", "PT0S, 0.000", "PT0.0004S, 0.000", "PT2H, 7200.000"})
  void writtenInSecondsRoundedDown(Duration left, String expected) {
    assertThat(DeadlineFields.write(left)).isEqualTo(expected);
  }

  @Test
  void whatOneWritesTheNextReads() {
    Deadline current = Deadline.after(Duration.ofSeconds(2));
    // @start region="fields"
    String sent = DeadlineFields.write(current.remaining()); // 1.837
    Map<String, String> request = Map.of(DeadlineFields.REQUEST_TIMEOUT, sent);
    Deadline received = DeadlineFields.read(request::get, MOST).orElseThrow();
    // @end
    assertThat(received.remaining())
        .isBetween(current.remaining().minusMillis(2), Duration.ofSeconds(2));
  }

  @Test
  void callOfAWorkSaysWhatItHasLeft() throws Exception {
    assertThat(DeadlineFields.write(Cancellation.detached())).isEmpty();
    Hangup.withDeadline(
        Duration.ofSeconds(5),
        () ->
            assertThat(DeadlineFields.write(Cancellation.current()).orElseThrow())
                .matches("[0-4]\\.\\d{3}"));
  }

  @Test
  void callOfAWorkThatHasNothingLeftIsNotToBeSent() {
    try (CancelScope scope = CancelScope.open(o -> o.withTimeout(Duration.ofNanos(999_999)))) {
      assertThatThrownBy(() -> DeadlineFields.write(scope.cancellation()))
          .isInstanceOfSatisfying(
              CancelledException.class,
              e -> assertThat(e.reason()).isInstanceOf(CancelReason.DeadlineExceeded.class));
    }
  }
}
