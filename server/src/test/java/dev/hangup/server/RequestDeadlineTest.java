package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.Cancellation;
import dev.hangup.Deadline;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestDeadlineTest {
  private static final Duration MOST = Duration.ofHours(1);
  private static final Handler BLOCKED = (request, response) -> new CountDownLatch(1).await();

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
    Deadline deadline = RequestDeadline.of(headers(field, value), MOST);
    assertThat(deadline).isNotNull();
    assertThat(deadline.remaining())
        .isLessThanOrEqualTo(Duration.ofMillis(millis + 1))
        .isGreaterThan(Duration.ofMillis(millis - Math.min(millis, 5_000)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1e3", "soon", "1.", ".5", "1 s", "99999999999999999999", "+1"})
  void malformedValuesAreIgnored(String value) {
    for (String field :
        new String[] {
          "Request-Timeout", "grpc-timeout", "Connect-Timeout-Ms", "x-envoy-expected-rq-timeout-ms"
        }) {
      assertThat(RequestDeadline.of(headers(field, value), MOST)).isNull();
    }
  }

  @Test
  void shortestCounts() {
    HttpHeaders headers = headers("Request-Timeout", "30").set("grpc-timeout", "2S");
    Deadline deadline = RequestDeadline.of(headers.set("Connect-Timeout-Ms", "x"), MOST);
    assertThat(deadline).isNotNull();
    assertThat(deadline.remaining()).isLessThanOrEqualTo(Duration.ofSeconds(2));
  }

  private static HttpHeaders headers(String field, String value) {
    return DefaultHttpHeadersFactory.headersFactory().newHeaders().set(field, value);
  }

  @Test
  void handlerIsStoppedWhenItsCallerWaitsNoLonger() throws Exception {
    try (Harness harness = Harness.start(BLOCKED)) {
      assertThat(harness.exchange(get("0.05"))).startsWith("HTTP/1.1 504 ");
      AccessEntry entry = harness.nextEntry();
      assertThat(entry.status()).isEqualTo(504);
      assertThat(entry.reason().orElseThrow().code()).isEqualTo("deadline_exceeded");
    }
  }

  @Test
  void requestThatIsLateAlreadyIsNotHandled() throws Exception {
    AtomicInteger handled = new AtomicInteger();
    try (Harness harness = Harness.start((request, response) -> handled.incrementAndGet())) {
      assertThat(harness.exchange(get("0"))).startsWith("HTTP/1.1 504 ");
    }
    assertThat(handled).hasValue(0);
  }

  @Test
  void handlerSeesTheDeadline() throws Exception {
    Handler telling =
        (request, response) ->
            response.text(
                Cancellation.current().deadline().map(d -> d.remaining().toSeconds()).toString());
    try (Harness harness = Harness.start(telling)) {
      assertThat(harness.exchange(get("20.9"))).endsWith("Optional[20]");
      assertThat(harness.answer("GET", "/")).endsWith("Optional.empty");
    }
  }

  private static String get(String timeout) {
    return "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\nRequest-Timeout: "
        + timeout
        + "\r\n\r\n";
  }
}
