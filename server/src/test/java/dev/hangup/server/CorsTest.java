package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may read the answers, as the browser is told.
class CorsTest {
  private static final String APP = "Origin: https://app.example";
  private static final String PREFLIGHT = APP + "|Access-Control-Request-Method: PUT";
  private static final Cors NAMED =
      Cors.allowing("https://app.example", "http://localhost:3000")
          .withMethods("GET", "PUT")
          .withHeaders("X-Token")
          .withExposedHeaders("X-Request-Id")
          .withCredentials()
          .withMaxAge(Duration.ofMinutes(10));

  private final Logs logs = new Logs();

  @AfterEach
  void stop() {
    logs.close();
  }

  private static Router routes() {
    return Router.empty()
        .get("/", (_, response) -> response.text("fine"))
        .get("/vary", (_, response) -> response.header("Vary", "Accept").text("fine"))
        .get("/same", (_, response) -> response.header("Vary", "a, ORIGIN").text("fine"))
        .get("/stream", (_, response) -> response.stream("a/b").write(new byte[9]))
        .get(
            "/500",
            (_, _) -> {
              throw new IllegalStateException("expected here");
            })
        .get(
            "/503",
            (_, _) -> {
              throw new HttpException(503, "busy");
            });
  }

  /// The answer's status and those of its fields that matter here, in lower case.
  private static Map<String, String> ask(Cors cors, String method, String target, String fields)
      throws IOException {
    try (Harness harness = Harness.start(routes().with(cors))) {
      String lines = fields.isEmpty() ? "" : fields.replace("|", "\r\n") + "\r\n";
      String answer =
          harness.exchange(
              method
                  + " "
                  + target
                  + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
                  + lines
                  + "\r\n");
      Map<String, String> found = new TreeMap<>();
      found.put("status", answer.substring(9, 12));
      String head = answer.substring(0, answer.indexOf("\r\n\r\n")).toLowerCase(Locale.ROOT);
      for (String line : head.split("\r\n", -1)) {
        if (line.startsWith("access-control-")
            || line.startsWith("vary")
            || line.startsWith("allow")) {
          String[] parts = line.split(": ", 2);
          found.merge(parts[0], parts[1], (one, more) -> one + ", " + more);
        }
      }
      return found;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/vary", "/same", "/stream", "/nothing", "/500", "/503"})
  void answerMayBeReadWhateverItIs(String target) throws IOException {
    assertThat(ask(NAMED, "GET", target, APP))
        .containsEntry("access-control-allow-origin", "https://app.example")
        .containsEntry("access-control-allow-credentials", "true")
        .containsEntry("access-control-expose-headers", "x-request-id")
        .hasEntrySatisfying("vary", vary -> assertThat(vary).containsOnlyOnce("origin"));
  }

  @Test
  void handlersOwnVaryIsKept() throws IOException {
    assertThat(ask(NAMED, "GET", "/vary", APP)).containsEntry("vary", "accept, origin");
    assertThat(ask(NAMED, "GET", "/same", APP)).containsEntry("vary", "a, origin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Origin: https://evil.example",
        "Origin: null",
        "Origin: *",
        "Origin: http://app.example",
        "Origin: https://app.example:8443",
        "Origin: https://app.example.evil.example",
        "Origin: https://APP.example",
        "Origin: https://app.example/",
        "Origin:",
        APP + "|Origin: https://evil.example",
      })
  void othersAreAnsweredAndToldNothing(String fields) throws IOException {
    assertThat(ask(NAMED, "GET", "/", fields)).isEqualTo(Map.of("status", "200", "vary", "origin"));
  }

  @Test
  void preflightIsAnsweredWithoutAHandler() throws IOException {
    for (String target : List.of("/", "/nothing", "*")) {
      assertThat(ask(NAMED, "OPTIONS", target, PREFLIGHT))
          .isEqualTo(
              Map.of(
                  "status", "204",
                  "vary", "origin",
                  "access-control-allow-origin", "https://app.example",
                  "access-control-allow-credentials", "true",
                  "access-control-allow-methods", "get, put",
                  "access-control-allow-headers", "x-token",
                  "access-control-max-age", "600"));
    }
  }

  @Test
  void preflightOfAnotherOriginIsToldNothing() throws IOException {
    String fields = "Origin: https://evil.example|Access-Control-Request-Method: PUT";
    assertThat(ask(NAMED, "OPTIONS", "/", fields))
        .isEqualTo(Map.of("status", "204", "vary", "origin"));
  }

  @ParameterizedTest
  @ValueSource(strings = {APP, "Access-Control-Request-Method: PUT"})
  void plainOptionsReachTheRouter(String fields) throws IOException {
    assertThat(ask(NAMED, "OPTIONS", "/", fields)).containsKey("allow");
  }

  @Test
  void anyOriginIsAWildcardThatDependsOnNothing() throws IOException {
    assertThat(ask(Cors.allowingAny(), "GET", "/", APP))
        .isEqualTo(Map.of("status", "200", "access-control-allow-origin", "*"));
    assertThat(ask(Cors.allowingAny(), "OPTIONS", "/", PREFLIGHT))
        .isEqualTo(
            Map.of(
                "status", "204",
                "access-control-allow-origin", "*",
                "access-control-allow-methods", "get, head, post"));
  }

  @Test
  void credentialsAreForNamedOrigins() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cors.allowingAny().withCredentials())
        .withMessage("credentials: with any origin (expected: named origins)");
  }

  @ParameterizedTest
  @CsvSource({
    "*",
    "null",
    "''",
    "app.example",
    "https://app.example/",
    "https://App.example",
    "https://",
    "https://a b",
    "//a"
  })
  void whatIsNoOriginIsRefused(String origin) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cors.allowing(origin))
        .withMessage("origin: " + origin + " (expected: one such as https://app.example)");
  }

  @Test
  void whatIsNoOptionIsRefused() {
    Cors cors = Cors.allowing("https://[::1]:8443");
    assertThatIllegalArgumentException().isThrownBy(() -> cors.withMethods("*"));
    assertThatIllegalArgumentException().isThrownBy(() -> cors.withHeaders("a, b"));
    assertThatIllegalArgumentException().isThrownBy(() -> cors.withExposedHeaders(""));
    assertThatIllegalArgumentException().isThrownBy(() -> cors.withMaxAge(Duration.ofMillis(-1)));
  }
}
