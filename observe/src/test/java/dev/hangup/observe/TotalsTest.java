package dev.hangup.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Sums, the histogram, and the estimate of what was saved.
class TotalsTest {
  private final Totals totals = new Totals();

  private Parsed written() {
    JsonText json = new JsonText();
    totals.write(json);
    return Parsed.of(json.toString());
  }

  private String count(int bucket) {
    return written().at("timesToStop").at(bucket).text();
  }

  @Test
  void timesToStopFallIntoTheirBuckets() {
    totals.stopped(Duration.ofNanos(1));
    totals.stopped(Duration.ofMillis(1));
    totals.stopped(Duration.ofNanos(1_000_001));
    totals.stopped(Duration.ofHours(1));

    assertThat(count(0)).isEqualTo("2");
    assertThat(count(1)).isEqualTo("1");
    assertThat(count(Totals.BOUNDS.length)).isEqualTo("1");
    assertThat(written().at("timesToStop").size()).isEqualTo(Totals.BOUNDS.length + 1);
  }

  @Test
  void savedIsWhatTheRouteTakesOnAverageMore() {
    assertThat(totals.saved("/a", 10)).isEmpty();
    totals.completed("/a", 2_000_000_000L);
    totals.completed("/a", 4_000_000_000L);

    assertThat(totals.saved("/a", 1_000_000_000L)).hasValue(2_000_000_000L);
    assertThat(totals.saved("/a", 9_000_000_000L)).hasValue(0);
    assertThat(totals.saved("/b", 0)).isEmpty();
    assertThat(written().at("estimated").text()).isEqualTo("2");
    assertThat(written().at("savedMs").text()).isEqualTo("2000");
  }

  @Test
  void durationsAreKeptOfSoManyRoutes() {
    for (int i = 0; i < 2_000; i++) {
      totals.completed("/" + i, 1_000);
    }
    assertThat(totals.saved("/0", 0)).isPresent();
    assertThat(totals.saved("/1999", 0)).isEmpty();
  }

  @Test
  void reasonsAreCountedByProtocol() {
    totals.cancelled("client_closed", "HTTP/1.1");
    totals.cancelled("client_closed", "HTTP/1.1");
    totals.cancelled("stream_reset", "HTTP/2.0");

    Parsed reasons = written().at("reasons");
    assertThat(reasons.at("client_closed").at("HTTP/1.1").text()).isEqualTo("2");
    assertThat(reasons.at("stream_reset").at("HTTP/2.0").text()).isEqualTo("1");
  }
}
