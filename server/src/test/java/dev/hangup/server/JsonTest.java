package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A library behind the seam, and what a client learns of what it got wrong.
class JsonTest {
  private static final Json JSON = Json.of(JacksonTrees::parse, JacksonTrees::write);
  private static final String SHAPE = " (expected: JSON as this resource takes it)\n";

  private final Logs logs = new Logs();

  @AfterEach
  void stop() {
    logs.close();
  }

  private static String post(Json json, String contentType, String body) throws IOException {
    Handler echo = (request, response) -> json.write(response, json.read(request, Map.class));
    try (Harness harness = Harness.start(echo)) {
      return harness.exchange(
          "POST / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
              + contentType
              + "Content-Length: "
              + body.getBytes(StandardCharsets.ISO_8859_1).length
              + "\r\n\r\n"
              + body);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON; charset=UTF-8",
        "application/json;charset=\"utf-8\"",
        "application/json; profile=a; charset=utf-8",
        "application/problem+json",
        "application/vnd.api+json",
      })
  void bodyIsReadAndWritten(String type) throws IOException {
    assertThat(post(JSON, "Content-Type: " + type + "\r\n", "{ \"a\": 1,\n\"b\" : 2}"))
        .startsWith("HTTP/1.1 200 ")
        .containsIgnoringCase("\r\ncontent-type: application/json\r\n")
        .endsWith("\r\n\r\n{\"a\":1,\"b\":2}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "text/json",
        "application/jsonp",
        "application/x-json",
        "application/+json",
        "json",
        ";",
        "application/json; charset=iso-8859-1",
        "application/x-www-form-urlencoded",
      })
  void otherMediaTypesAreRefused(String type) throws IOException {
    assertThat(post(JSON, "Content-Type: " + type + "\r\n", "{}"))
        .startsWith("HTTP/1.1 415 ")
        .endsWith("Content-Type: " + type + " (expected: application/json)\n");
  }

  @Test
  void mediaTypeMustBeThere() throws IOException {
    assertThat(post(JSON, "", "{}")).startsWith("HTTP/1.1 415 ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{ \"a\": };body: byte 7",
        "{ \"a\": 1,|  \"b\": x };body: byte 17",
        "{;body: byte 1",
        "[];body: byte 1",
        "{} {};body: byte 4",
        "{ \"a\": \"text\" };body: byte 8",
      })
  void whatIsMalformedIsNamedByItsPlaceAlone(String body, String where) throws IOException {
    String answer = post(JSON, "Content-Type: application/json\r\n", body.replace('|', '\n'));
    assertThat(answer)
        .startsWith("HTTP/1.1 400 ")
        .contains("400 Bad Request: " + where)
        .endsWith(SHAPE)
        .doesNotContain("jackson");
    assertThat(logs.alarmTexts()).isEmpty();
  }

  @Test
  void emptyBodyAndNullAreRefused() throws IOException {
    String type = "Content-Type: application/json\r\n";
    assertThat(post(JSON, type, "")).startsWith("HTTP/1.1 400 ");
    Json careless = Json.of(JsonTest::nothing, JacksonTrees::write);
    assertThat(post(careless, type, "null")).endsWith("400 Bad Request: body: null" + SHAPE);
  }

  @SuppressWarnings("NullAway") // libraries say null for null
  private static <T> T nothing(byte[] json, Class<T> type) {
    return null;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Unexpected at [Source: REDACTED; line: 3, column: 14]|line 3, column 14",
        "Expected a name at line 3 column 14 path $.a|line 3, column 14",
        "on [lineNumber=3, columnNumber=14, streamOffset=9]|line 3, column 14",
        "Cannot construct dev.example.Secret|malformed",
      })
  void librariesNameThePlaceInTheirWay(String message, String where) throws IOException {
    Json failing =
        Json.of(
            new Json.Parser() {
              @Override
              public <T> T parse(byte[] json, Class<T> type) throws IOException {
                throw new IOException(message);
              }
            },
            JacksonTrees::write);
    assertThat(post(failing, "Content-Type: application/json\r\n", "{}"))
        .endsWith("400 Bad Request: body: " + where + SHAPE);
  }

  @Test
  void handlersOwnRefusalPasses() throws IOException {
    Json strict =
        Json.of(
            new Json.Parser() {
              @Override
              public <T> T parse(byte[] json, Class<T> type) {
                throw new HttpException(422, "a: 7 (expected: less)");
              }
            },
            JacksonTrees::write);
    assertThat(post(strict, "Content-Type: application/json\r\n", "{}"))
        .startsWith("HTTP/1.1 422 ");
  }

  @Test
  void whatCannotBeWrittenIsTheHandlersFailure() throws IOException {
    Json broken =
        Json.of(
            JacksonTrees::parse,
            value -> {
              throw new UncheckedIOException(new IOException("no " + Objects.hash(value)));
            });
    assertThat(post(broken, "Content-Type: application/json\r\n", "{}"))
        .startsWith("HTTP/1.1 500 ")
        .endsWith("the handler failed\n");
    assertThat(logs.alarmTexts()).hasSize(1);
  }

  @Test
  void bodyThatIsTooLongStaysThat() throws IOException {
    Handler echo = (request, response) -> JSON.write(response, JSON.read(request, Map.class));
    try (Harness harness = Harness.start(echo, o -> o.withMaxBodyBytes(8))) {
      String fields = "Content-Type: application/json\r\nTransfer-Encoding: chunked";
      String head = Harness.post("/", "").replace("Content-Length: 0", fields);
      String body = "{ \"a\": 1 }";
      assertThat(harness.exchange(head + "a\r\n" + body + "\r\n0\r\n\r\n"))
          .startsWith("HTTP/1.1 413 ");
    }
  }
}
