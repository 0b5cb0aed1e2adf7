package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.server.Server;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the page asks for, without a browser.
class PageTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private Server server;

  @BeforeEach
  void start() throws Exception {
    Events events = new Events(new PrintStream(OutputStream.nullOutputStream()), null);
    server = Server.start(Routes.slow(events), options -> options.withPort(0));
  }

  @AfterEach
  void stop() {
    client.shutdownNow();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/page.css", "/page.js"})
  void partsComeFromHereAlone(String path) throws Exception {
    HttpResponse<String> answer = get(path);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .doesNotContainPattern("(src|href|url\\()=?[\"']?(https?:|//)|style=|onclick=");
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
        .startsWith("default-src 'none'")
        .contains("frame-src 'self'")
        .doesNotContain("unsafe");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(answer.headers().firstValue("Strict-Transport-Security")).isEmpty();
  }

  @Test
  void searchFindsClassesTheShortestFirst() throws Exception {
    assertThat(get("/search?q=SequencedM&rounds=2").body())
        .isEqualTo("{\"found\":1,\"names\":[\"java.util.SequencedMap\"]}");
    assertThat(get("/search?q=lang.r&rounds=1").body()).contains("[\"java.lang.Record\",");
    assertThat(get("/search?q=%25_'&rounds=1").body()).isEqualTo("{\"found\":0,\"names\":[]}");
  }

  @ParameterizedTest
  @CsvSource({
    "/search, q: 0 characters (expected: 1 to 100)",
    "/search?q=a&rounds=0, rounds: 0 (expected: a whole number",
    "/search?q=a&rounds=100001, 'rounds: 100001 (expected: a whole number, 1-100000)'",
    "/told?of=short, of: 5 characters (expected: at least 8)",
    "/deaf?seconds=61, seconds: 61 (expected: a whole number",
    "/download?ms=-1, ms: -1 (expected: a whole number",
  })
  void badParameterIsNamed(String target, String message) throws Exception {
    HttpResponse<String> answer = get(target);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(message);
  }

  @Test
  void storyOfARequestIsToldToWhoKnowsItsId() throws Exception {
    HttpRequest listening = HttpRequest.newBuilder(uri("/told?of=page-one.")).build();
    try (Stream<String> told = client.send(listening, BodyHandlers.ofLines()).body()) {
      Iterator<String> lines = told.filter(line -> line.startsWith("data: ")).iterator();
      ask("page-two.1").close();
      RawClient leaver = ask("page-one.1");
      assertThat(lines.next()).contains("{\"id\":\"page-one.1\",\"event\":\"started\"");
      leaver.leave(new Leaving.Reset());
      assertThat(lines.next()).contains("\"event\":\"told\"", "\"reason\":\"client_reset\"");
      assertThat(lines.next()).contains("\"event\":\"stopped\"", "\"reason\":\"client_reset\"");
    }
  }

  @Test
  void moreThanSixteenListenersAreRefused() throws Exception {
    List<RawClient> listeners = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      RawClient listener = RawClient.connect(server.address());
      listener.send("GET /told?of=page-%02d. HTTP/1.1\r\nHost: test\r\n\r\n".formatted(i));
      assertThat(listener.readHead()).contains("200");
      listeners.add(listener);
    }
    HttpResponse<String> refused = get("/told?of=page-seventeen.");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).contains("streams: 16 are open");
    for (RawClient listener : listeners) {
      listener.close();
    }
    Poll.until(() -> statusOf("/told?of=page-seventeen."), status -> status == 200);
  }

  /// Without waiting for the end of the answer.
  private int statusOf(String target) throws Exception {
    HttpResponse<InputStream> answer =
        client.send(HttpRequest.newBuilder(uri(target)).build(), BodyHandlers.ofInputStream());
    answer.body().close();
    return answer.statusCode();
  }

  private RawClient ask(String id) throws Exception {
    return RawClient.connect(server.address())
        .send(
            "GET /search?q=a&rounds=100000 HTTP/1.1\r\nHost: test\r\nX-Request-Id: "
                + id
                + "\r\n\r\n");
  }

  private HttpResponse<String> get(String target) throws Exception {
    return client.send(HttpRequest.newBuilder(uri(target)).build(), BodyHandlers.ofString());
  }

  private URI uri(String target) {
    return URI.create("http://127.0.0.1:" + server.port() + target);
  }
}
