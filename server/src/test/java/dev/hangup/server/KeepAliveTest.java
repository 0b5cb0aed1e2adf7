package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.Cancellation;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When a connection may be used again, and that it can be.
class KeepAliveTest {
  private final AtomicInteger told = new AtomicInteger();
  private Logs logs;
  private Harness harness;

  @BeforeEach
  void start() throws IOException {
    logs = new Logs();
    Router router =
        Router.empty()
            .get("/", this::answer)
            .get("/nothing", (_, _) -> {})
            .get("/unmodified", (_, response) -> response.status(304).text("never sent"))
            .get("/reset", (_, response) -> response.status(205).text("never sent"))
            .get("/stream", (_, response) -> write(response.stream("text/plain")))
            .get("/known", (_, response) -> write(response.stream("text/plain", 4)))
            .get("/fails", (_, _) -> fail())
            .get("/teapot", (_, _) -> teapot());
    harness = Harness.start(router);
  }

  private void answer(Request request, Response response) {
    Cancellation.current().onCancel(_ -> told.incrementAndGet());
    response.header("X-Protocol", request.protocol()).text("fine");
  }

  private static void write(OutputStream body) throws IOException {
    body.write(new byte[] {'f', 'i'});
    body.write(new byte[] {'n', 'e'});
  }

  private static void fail() throws IOException {
    throw new IOException("secret");
  }

  private static void teapot() {
    throw new HttpException(418, "short and stout");
  }

  @AfterEach
  void stop() {
    harness.close();
    logs.close();
  }

  private static String request(String line, String... fields) {
    return line + "\r\nHost: test\r\n" + String.join("", fields) + "\r\n";
  }

  private static void assertReusable(RawClient client) throws IOException {
    assertThat(client.request("GET", "/").readResponse())
        .startsWith("HTTP/1.1 200 OK\r\n")
        .endsWith("\r\n\r\nfine");
  }

  @Test
  void answerNamesTypeLengthAndDate() throws IOException {
    try (RawClient client = harness.connect()) {
      String answer = client.request("GET", "/").readResponse();
      assertThat(answer.replaceFirst("date: \\w{3}, \\d\\d .* GMT", "date").replace("\r", ""))
          .isEqualTo(
              """
              HTTP/1.1 200 OK
              X-Protocol: HTTP/1.1
              content-type: text/plain; charset=utf-8
              content-length: 4
              date

              fine\
              """);
    }
  }

  @Test
  void headHasLengthButNoBody() throws IOException {
    try (RawClient client = harness.connect()) {
      assertThat(client.request("HEAD", "/").readHead()).contains("\r\ncontent-length: 4\r\n");
      assertThat(client.request("HEAD", "/known").readHead()).contains("\r\ncontent-length: 4\r\n");
      assertThat(client.request("HEAD", "/stream").readHead()).contains(": chunked\r\n");
      assertThat(client.request("HEAD", "/none").readHead()).startsWith("HTTP/1.1 404 ");
      assertReusable(client);
    }
  }

  @Test
  void bodilessStatusesLeaveTheConnectionUsable() throws IOException {
    try (RawClient client = harness.connect()) {
      assertThat(client.request("GET", "/nothing").readHead())
          .startsWith("HTTP/1.1 204 No Content\r\n")
          .doesNotContain("content-length", "chunked");
      assertThat(client.request("GET", "/unmodified").readHead())
          .startsWith("HTTP/1.1 304 Not Modified\r\n");
      assertThat(client.request("GET", "/reset").readHead())
          .startsWith("HTTP/1.1 205 Reset Content\r\n");
      assertReusable(client);
    }
  }

  @Test
  void streamIsChunkedAndLeavesTheConnectionUsable() throws IOException {
    try (RawClient client = harness.connect()) {
      assertThat(client.request("GET", "/stream").readHead())
          .contains("\r\ntransfer-encoding: chunked\r\n");
      client.skip("2\r\nfi\r\n2\r\nne\r\n0\r\n\r\n".length());
      assertThat(client.request("GET", "/known").readResponse()).endsWith("\r\n\r\nfine");
      assertReusable(client);
    }
  }

  @Test
  void errorsLeaveTheConnectionUsable() throws IOException {
    try (RawClient client = harness.connect()) {
      assertThat(client.request("GET", "/teapot").readResponse())
          .startsWith("HTTP/1.1 418 ")
          .endsWith(": short and stout\n");
      assertThat(client.request("GET", "/fails").readResponse())
          .startsWith("HTTP/1.1 500 Internal Server Error\r\n")
          .endsWith("\r\n\r\n500 Internal Server Error: the handler failed\n");
      assertThat(client.request("GET", "/none").readResponse()).startsWith("HTTP/1.1 404 ");
      assertThat(client.request("DELETE", "/").readResponse()).startsWith("HTTP/1.1 405 ");
      assertReusable(client);
    }
    assertThat(logs.alarmTexts())
        .singleElement()
        .asString()
        .contains("the handler failed: GET /fails", "java.io.IOException: secret");
  }

  @Test
  void clientThatAsksForItIsClosed() throws IOException {
    assertThat(harness.exchange(request("GET / HTTP/1.1", "Connection: close\r\n")))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("\r\nconnection: close\r\n")
        .endsWith("\r\n\r\nfine");
  }

  @Test
  void oldClientIsClosed() throws IOException {
    assertThat(harness.exchange("GET / HTTP/1.0\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("\r\nX-Protocol: HTTP/1.0\r\n", "\r\nconnection: close\r\n")
        .endsWith("\r\n\r\nfine");
  }

  @Test
  void oldClientThatAsksForItIsKept() throws IOException {
    try (RawClient client = harness.connect()) {
      for (int i = 0; i < 3; i++) {
        client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assertThat(client.readResponse()).contains("\r\nconnection: keep-alive\r\n");
      }
    }
  }

  @Test
  void oldClientGetsAStreamWithoutChunks() throws IOException {
    assertThat(harness.exchange("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"))
        .doesNotContain("chunked")
        .contains("\r\nconnection: close\r\n")
        .endsWith("\r\n\r\nfine");
  }

  @Test
  void absoluteTargetIsServed() throws IOException {
    try (RawClient client = harness.connect()) {
      client.send(request("GET http://elsewhere:80/?a=b HTTP/1.1"));
      assertThat(client.readResponse()).endsWith("\r\n\r\nfine");
      assertReusable(client);
    }
  }

  @Test
  void emptyLinesBeforeARequestAreIgnored() throws IOException {
    try (RawClient client = harness.connect()) {
      client.send("\r\n\r\n" + request("GET / HTTP/1.1"));
      assertThat(client.readResponse()).endsWith("\r\n\r\nfine");
      assertReusable(client.send("\r\n"));
    }
  }

  @Test
  void thousandsOfRequestsHearNoHangUp() throws Exception {
    int clients = 8;
    int each = 625;
    try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
      var all =
          IntStream.range(0, clients)
              .<Future<?>>mapToObj(_ -> threads.submit(() -> use(each)))
              .toList();
      for (Future<?> one : all) {
        one.get();
      }
    }
    for (int i = 0; i < clients * each; i++) {
      assertThat(harness.nextEntry().reason()).isEmpty();
    }
    assertThat(harness.entriesWaiting()).isZero();
    assertThat(told).hasValue(0);
    assertThat(logs.alarmTexts()).isEmpty();
  }

  private Void use(int requests) throws IOException {
    try (RawClient client = harness.connect()) {
      for (int i = 0; i < requests; i++) {
        assertReusable(client);
      }
    }
    return null;
  }
}
