package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.server.Router;
import dev.hangup.server.Server;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The bodies that come piece by piece, out and in.
class PiecesTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final HttpClient client = HttpClient.newHttpClient();
  private Server server;

  @BeforeEach
  void start() throws Exception {
    Router router =
        Routes.slow(new Events(new PrintStream(printed, true, StandardCharsets.UTF_8), null));
    server = Server.start(router, options -> options.withPort(0));
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  @Test
  void serverSentEventsAreNumberedFromOne() throws Exception {
    HttpResponse<String> answer = send(request("/sse?count=2&ms=0"));

    assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(answer.body())
        .matches("id: 1\ndata: event 1 at \\S+\n\nid: 2\ndata: event 2 at \\S+\n\n");
    awaitPrinted("Events completed. Sent 2 of 2 events.");
  }

  @Test
  void serverSentEventsContinueAfterTheLast() throws Exception {
    assertThat(send(request("/sse?count=3&ms=0").header("Last-Event-ID", "2")).body())
        .startsWith("id: 3\n")
        .doesNotContain("id: 4");
    awaitPrinted("Events completed. Sent 1 of 1 events.");
  }

  @Test
  void clientThatHasAllEventsIsToldToStayAway() throws Exception {
    assertThat(send(request("/sse?count=3&ms=0").header("Last-Event-ID", "3")).statusCode())
        .isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "x", "99999999999"})
  void idThatWasNeverGivenIsIgnored(String odd) throws Exception {
    assertThat(send(request("/sse?count=1&ms=0").header("Last-Event-ID", odd)).body())
        .startsWith("id: 1\n");
  }

  @Test
  void jsonLinesAreOneObjectEach() throws Exception {
    HttpResponse<String> answer = send(request("/ndjson?count=3&ms=0"));

    assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-ndjson");
    assertThat(answer.body()).endsWith("\n").hasLineCount(3);
    assertThat(answer.body().lines())
        .allMatch(line -> line.matches("\\{\"line\":\\d,\"at\":\"[^\"]+\"}"));
    awaitPrinted("JSON completed. Sent 3 of 3 lines.");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_000_000})
  void uploadIsCounted(int bytes) throws Exception {
    var body = BodyPublishers.ofByteArray(new byte[bytes]);

    assertThat(send(request("/upload").POST(body)).body()).isEqualTo("{\"bytes\":" + bytes + "}");
    awaitPrinted("Upload completed. Received " + bytes + " bytes.");
  }

  @Test
  void uploadThatIsTooLongIsStopped() throws Exception {
    int tooLong = (10 << 20) + 1;
    var body = BodyPublishers.ofByteArray(new byte[tooLong]);

    assertThat(send(request("/upload").POST(body)).statusCode()).isEqualTo(413);
  }

  private void awaitPrinted(String line) throws Exception {
    Poll.until(() -> printed.toString(StandardCharsets.UTF_8), all -> all.contains(line));
  }

  private HttpRequest.Builder request(String target) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + target));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
