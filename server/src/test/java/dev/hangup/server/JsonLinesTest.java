package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JsonLinesTest {

  @Test
  void eachLineIsSentWhole() throws Exception {
    Handler handler =
        (_, response) -> {
          JsonLines lines = response.jsonLines();
          lines.emit("{\"a\":1}");
          lines.emit("[\"\\n\"]");
        };
    try (Harness harness = Harness.start(handler)) {
      String answer = harness.answer("GET", "/");
      assertThat(answer).contains("application/x-ndjson\r\n", "X-Accel-Buffering: no\r\n");
      assertThat(Chunks.of(answer)).containsExactly("{\"a\":1}\n", "[\"\\n\"]\n");
    }
  }

  @Test
  void whatIsNoLineIsRefused() throws Exception {
    Handler handler =
        (_, response) -> {
          JsonLines lines = response.jsonLines();
          for (String wrong : new String[] {"{\n}", "{\r}", "1\n", "", " "}) {
            assertThatIllegalArgumentException().isThrownBy(() -> lines.emit(wrong));
          }
          assertThatIllegalArgumentException()
              .isThrownBy(() -> lines.emit("{\r\n}"))
              .withMessage("line: {\\r\\n} (expected: a JSON value without a line break)");
          lines.emit("1"); // nothing of the others was sent
        };
    try (Harness harness = Harness.start(handler)) {
      assertThat(Chunks.of(harness.answer("GET", "/"))).containsExactly("1\n");
    }
  }

  @Test
  void linesOfSeveralThreadsAreWhole() throws Exception {
    Handler handler =
        (_, response) -> {
          JsonLines lines = response.jsonLines();
          Thread[] threads =
              IntStream.range(0, 4)
                  .mapToObj(t -> Thread.ofVirtual().start(() -> emit(lines, t)))
                  .toArray(Thread[]::new);
          for (Thread thread : threads) {
            thread.join();
          }
        };
    try (Harness harness = Harness.start(handler)) {
      String body = String.join("", Chunks.of(harness.answer("GET", "/")));
      assertThat(body.lines()).hasSize(1000).allMatch(line -> line.matches("\"[0-3]{40000}\""));
    }
  }

  private static void emit(JsonLines lines, int number) {
    try {
      for (int i = 0; i < 250; i++) {
        lines.emit("\"" + Integer.toString(number).repeat(40_000) + "\""); // more than one part
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
