package dev.hangup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The probe, as an engine asks it.
class HangUpProbeTest {
  private static final String TOKEN = "0123456789abcdef";

  private final HangUpProbe probe = HangUpProbe.withToken(TOKEN);

  /// One request and its answer.
  private final class Asked {
    private final CountDownLatch began = new CountDownLatch(1);
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final Map<String, String> query = new TreeMap<>();
    private final Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private int status;

    Asked(String query) {
      for (String pair : query.split("&", -1)) {
        this.query.put(pair.replaceFirst("=.*", ""), pair.replaceFirst(".*=", ""));
      }
      fields.put("Authorization", "Bearer " + TOKEN);
    }

    private OutputStream begin(int status, String contentType, Map<String, String> fields) {
      this.status = status;
      assertThat(fields).containsEntry("Hangup-Probe", "1");
      began.countDown();
      return body;
    }

    Asked answered() throws IOException, InterruptedException {
      // @start region="probe"
      probe.answer(
          new HangUpProbe.Call(
              "HTTP/1.1",
              Optional.of(Observability.FULL),
              name -> Optional.ofNullable(query.get(name)),
              name -> Optional.ofNullable(fields.get(name)),
              InputStream.nullInputStream(),
              this::begin));
      // @end
      return this;
    }

    String text() {
      return body.toString(UTF_8);
    }
  }

  @Test
  void requestThatIsWaitedForIsWholeAndWasToldNothing() throws Exception {
    Asked asked = new Asked("id=a&wait=1");
    asked.fields.put("Via", "1.1 \"v\"");
    asked.fields.put("X-Forwarded-For", "192.0.2.1");
    assertThat(asked.answered().status).isEqualTo(200);
    assertThat(asked.text()).hasSize(64);
    assertThat(new Asked("id=a").answered().text())
        .contains("\"told\":null", "\"toldAgo\":null", "\"whole\":true", "\"bytes\":64")
        .contains("\"fields\":{\"Via\":\"1.1 \\\"v\\\"\",\"X-Forwarded-For\":\"\"}")
        .doesNotContain("192.0.2.1", "\"stoppedAgo\":null");
  }

  @Test
  void hangUpEndsTheWaitAndIsRemembered() throws Exception {
    try (CancelScope scope = CancelScope.open(o -> o.withName("request"))) {
      Asked asked = new Asked("id=b&wait=10000&every=10");
      Fork<Asked> request = scope.fork(asked::answered);
      asked.began.await();
      assertThat(new Asked("id=b").answered().text())
          .contains("\"told\":null", "\"stoppedAgo\":null");
      Await.value(scope.cancelAndAwait(new CancelReason.ClientReset()));
      assertThat(request.failure()).isPresent();
    }
    assertThat(new Asked("id=b").answered().text())
        .contains("\"told\":\"client_reset\"", "\"whole\":false")
        .doesNotContain("\"toldAgo\":null", "\"stoppedAgo\":null");
  }

  @ParameterizedTest
  @CsvSource({
    "wait=1, id: none (expected: up to 64 of A-Z a-z 0-9 _ -)",
    "id=../x&wait=1, id: odd (expected: up to 64 of A-Z a-z 0-9 _ -)",
    "id=a&wait=10001, wait: not understood (expected: 0-10000 ms)",
    "id=a&wait=-1, wait: not understood (expected: 0-10000 ms)",
    "id=a&wait=1&every=9, every: not understood (expected: 10-10000 ms)"
  })
  void whatIsNotUnderstoodIsNamed(String query, String message) throws Exception {
    Asked asked = new Asked(query).answered();
    assertThat(asked.status).isEqualTo(400);
    assertThat(asked.text()).isEqualTo(message + "\n");
  }

  @Test
  void whoHasNoTokenLearnsNothing() throws Exception {
    for (String field : new String[] {"", "Bearer", "Bearer 0123456789abcdeg", TOKEN}) {
      Asked asked = new Asked("id=../x");
      asked.fields.put("Authorization", field);
      assertThat(asked.answered().status).isEqualTo(401);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HangUpProbe.withToken("short"))
        .withMessage("token: 5 characters (expected: at least 16)");
  }

  @Test
  void whatItKeepsIsBounded() throws Exception {
    for (int i = 0; i < 300; i++) {
      assertThat(new Asked("wait=0&id=" + i).answered().status).isEqualTo(200);
    }
    assertThat(new Asked("id=43").answered().status).isEqualTo(404);
    assertThat(new Asked("id=44").answered().status).isEqualTo(200);
    assertThat(new Asked("id=44&wait=0").answered().text()).startsWith("id: taken");
    try (CancelScope scope = CancelScope.open(o -> o.withName("requests"))) {
      for (int i = 0; i < 16; i++) {
        Asked waits = new Asked("wait=10000&every=1000&id=w" + i);
        scope.fork(waits::answered);
        waits.began.await();
      }
      assertThat(new Asked("wait=0&id=x").answered().status).isEqualTo(503);
      Await.value(scope.cancelAndAwait(new CancelReason.ClientClosed()));
    }
    assertThat(new Asked("wait=0&id=x").answered().status).isEqualTo(200);
  }
}
