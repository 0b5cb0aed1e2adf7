package dev.hangup.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.server.Server;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where those fail that the server waits for, and what the client gets then.
class PassingOnTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private ServerSocket service;
  private Services services;
  private Server server;

  @BeforeEach
  void start() throws Exception {
    service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    services = new Services(URI.create("http://127.0.0.1:" + service.getLocalPort() + "/"));
    Events events = new Events(new PrintStream(OutputStream.nullOutputStream()), null);
    JdbcDataSource missing = new JdbcDataSource();
    missing.setUrl("jdbc:h2:mem:missing;IFEXISTS=TRUE");
    server =
        Server.start(
            Routes.passing(Routes.slow(events), events, services, missing),
            options -> options.withPort(0));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    services.close();
    service.close();
    client.close();
  }

  /// Each caller gets the same bytes, and then the end.
  private void answer(String bytes) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              try (Socket caller = service.accept()) {
                caller.getInputStream().read(new byte[8_192]);
                caller.getOutputStream().write(bytes.getBytes(ISO_8859_1));
              }
            }
          } catch (IOException closed) {
            assertThat(service.isClosed()).isTrue();
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"/race", "/fan-out", "/chat", "/chat/upstream"})
  void serviceThatRefusesMakesABadGateway(String target) throws Exception {
    service.close();

    assertThat(get(target).statusCode()).isEqualTo(502);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/race", "/fan-out", "/chat", "/chat/upstream"})
  void serviceThatAnswersGarbageMakesABadGateway(String target) throws Exception {
    answer("nonsense\r\n\r\n");
    HttpResponse<String> answer = get(target);

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).contains("the service ").contains(" failed: ");
  }

  @Test
  void serviceThatFailsMakesABadGateway() throws Exception {
    answer("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");

    assertThat(get("/fan-out").body()).contains("failed: status 503");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/race", "/fan-out"})
  void serviceThatDiesInItsBodyMakesABadGateway(String target) throws Exception {
    answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");

    assertThat(get(target).statusCode()).isEqualTo(502);
  }

  @Test
  void modelThatDiesCutsTheAnswer() throws Exception {
    answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ndata: half\n\n");
    try (RawClient reader = RawClient.connect(server.address()).request("GET", "/chat")) {
      assertThat(reader.readAll())
          .contains("data: half\n\n")
          .doesNotEndWith("0\r\n\r\n"); // a cut answer never looks whole
    }
  }

  @Test
  void databaseThatIsNotThereIsAnError() throws Exception {
    HttpResponse<String> answer = get("/sql");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("h2"); // that is for the log
  }

  @ParameterizedTest
  @CsvSource({
    "/race?south=-1, south: -1 (expected: a whole number",
    "/fan-out?reviews=x, reviews: x (expected: a whole number",
    "/chat?tokens=0, tokens: 0 (expected: a whole number",
    "/sql?rows=0, rows: 0 (expected: a whole number",
    "/transcode?mb=0, mb: 0 (expected: a whole number",
    "/embed?text=, text: blank (expected: some words)",
    "/embed?times=1000000, times: 1000000 (expected: at most 1048576 characters in all)",
  })
  void badParameterIsNamed(String target, String message) throws Exception {
    HttpResponse<String> answer = get(target);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(message);
  }

  @Test
  void textThatIsTooLongIsRefused() throws Exception {
    var text = BodyPublishers.ofByteArray(new byte[(1 << 20) + 1]);

    assertThat(send(request("/embed").POST(text)).statusCode()).isEqualTo(413);
  }

  private HttpResponse<String> get(String target) throws Exception {
    return send(request(target));
  }

  private HttpRequest.Builder request(String target) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + target));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
