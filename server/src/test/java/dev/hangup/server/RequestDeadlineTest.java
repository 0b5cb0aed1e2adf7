package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RequestDeadlineTest {
  private static final Handler BLOCKED = (request, response) -> new CountDownLatch(1).await();

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
      assertThat(harness.exchange(get("20.9"))).containsPattern("Optional\\[(20|1\\d)]$");
      assertThat(harness.answer("GET", "/")).endsWith("Optional.empty");
    }
  }

  private static String get(String timeout) {
    return "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\nRequest-Timeout: "
        + timeout
        + "\r\n\r\n";
  }
}
