package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each thing that a broken or malicious client sends is answered clearly, and the connection
/// closed so that the client can read the answer.
class BadInputTest {
  private static final int LIMIT = 100_000;
  private static final String HOST = "Host: test\r\n";
  private static final String POST = "POST /echo HTTP/1.1\r\n" + HOST;
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

  private Logs logs;
  private Harness harness;

  @BeforeEach
  void start() throws IOException {
    logs = new Logs();
    Router router =
        Router.empty()
            .get("/", (_, response) -> response.text("fine"))
            .get("/fold", (request, response) -> response.text(request.header("X").orElseThrow()))
            .post("/echo", (request, response) -> response.bytes("text/plain", request.bodyBytes()))
            .post("/ignore", (_, response) -> response.text("ignored"));
    harness = Harness.start(router, o -> o.withMaxBodyBytes(LIMIT));
  }

  @AfterEach
  void stop() {
    harness.close();
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
  }

  static Stream<Arguments> badHeads() {
    return Stream.of(
        bad("garbage", "hello\r\n\r\n", 400, "malformed"),
        bad("no target", "GET\r\n\r\n", 400, "malformed"),
        bad("no version", "GET /\r\n\r\n", 400, "malformed"),
        bad("space in target", "GET /a b HTTP/1.1\r\n" + HOST + "\r\n", 400, "malformed"),
        bad("other protocol", "GET / FOO/1.1\r\n" + HOST + "\r\n", 400, "malformed"),
        bad("HTTP/2.0", "GET / HTTP/2.0\r\n" + HOST + "\r\n", 505, "HTTP/1.1"),
        bad("broken HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", 505, "HTTP/1.1"),
        bad("long line", "GET /" + "a".repeat(9000) + " HTTP/1.1\r\n\r\n", 414, "8192"),
        bad("endless line", "a".repeat(20_000), 414, "8192"),
        bad("long header", get("X: " + "a".repeat(20_000)), 431, "16384"),
        bad("many headers", get("X: 1234567890\r\n".repeat(2000).strip()), 431, "16384"),
        bad("endless header", "GET / HTTP/1.1\r\n" + "a".repeat(30_000), 431, "16384"),
        bad("no Host", "GET / HTTP/1.1\r\n\r\n", 400, "Host: 0 fields (expected: one)"),
        bad("two Hosts", get("Host: other"), 400, "Host: 2 fields (expected: one)"),
        bad("no colon", get("nonsense"), 400, "malformed"),
        bad("space in name", get("X Y: 1"), 400, "malformed"),
        bad("space before colon", get("X : 1"), 400, "malformed"),
        bad("NUL in value", get("X: a\0b"), 400, "malformed"),
        bad("CR in value", get("X: a\rb"), 400, "malformed"),
        bad("bell in name", get("X\u0007: 1"), 400, "malformed"),
        bad("bare LF", "GET / HTTP/1.1\nHost: test\n\n", 400, "malformed"),
        bad("bad escape", "GET /%zz HTTP/1.1\r\n" + HOST + "\r\n", 400, "/%zz"),
        bad("half an escape", "GET /a%4 HTTP/1.1\r\n" + HOST + "\r\n", 400, "/a%4"),
        bad("bad escape in query", "GET /?a=% HTTP/1.1\r\n" + HOST + "\r\n", 400, "/?a=%"),
        bad("no path", "GET work HTTP/1.1\r\n" + HOST + "\r\n", 400, "begins with /"),
        bad("asterisk", "GET * HTTP/1.1\r\n" + HOST + "\r\n", 400, "begins with /"),
        bad("unknown method", "BREW / HTTP/1.1\r\n" + HOST + "\r\n", 501, "BREW"),
        bad("lower case", "get / HTTP/1.1\r\n" + HOST + "\r\n", 501, "method: get"),
        bad("CONNECT", "CONNECT a:1 HTTP/1.1\r\n" + HOST + "\r\n", 501, "CONNECT"));
  }

  static Stream<Arguments> badBodies() {
    return Stream.of(
        bad("no number", POST + "Content-Length: ten\r\n\r\n", 400, "malformed"),
        bad("negative", POST + "Content-Length: -1\r\n\r\n", 400, "malformed"),
        bad("plus", POST + "Content-Length: +1\r\n\r\n", 400, "malformed"),
        bad("huge", POST + "Content-Length: " + "9".repeat(30) + "\r\n\r\n", 400, "malformed"),
        bad("two lengths", POST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "malf"),
        bad("list", POST + "Content-Length: 1, 2\r\n\r\n", 400, "malformed"),
        bad(
            "both",
            POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            "both Content-Length and Transfer-Encoding"),
        bad("gzip", POST + "Transfer-Encoding: gzip\r\n\r\nabc", 400, "chunked"),
        bad("last", POST + "Transfer-Encoding: chunked, gzip\r\n\r\n", 400, "chunked"),
        bad("twice", POST + "Transfer-Encoding: chunked, chunked\r\n\r\n", 400, "chunked"),
        bad(
            "gzip, chunked",
            POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            501,
            "Transfer-Encoding: gzip, chunked (expected: chunked)"),
        bad(
            "gzip and chunked",
            POST + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            501,
            "(expected: chunked)"),
        bad(
            "chunks in 1.0",
            "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            "malformed"),
        bad("bad size", CHUNKED + "zz\r\n", 400, "malformed"),
        bad("no size", CHUNKED + "\r\n", 400, "malformed"),
        bad("huge size", CHUNKED + "fffffffff\r\n", 400, "malformed"),
        bad("bad end", CHUNKED + "3\r\nabcdef\r\n", 400, "malformed"),
        bad("bare LF", CHUNKED + "3\nabc\n0\n\n", 400, "malformed"),
        bad("bad trailer", CHUNKED + "0\r\nnonsense\r\n\r\n", 400, "malformed"),
        bad("too long", POST + "Content-Length: 100001\r\n\r\n", 413, "100000 bytes"),
        bad("long chunk", CHUNKED + "186a1\r\n" + "a".repeat(100_001), 413, "100000 bytes"));
  }

  private static Arguments bad(String name, String request, int status, String explains) {
    return argumentSet(name, request, status, explains);
  }

  private static String get(String field) {
    return "GET / HTTP/1.1\r\n" + HOST + field + "\r\n\r\n";
  }

  @ParameterizedTest
  @MethodSource({"badHeads", "badBodies"})
  void isAnsweredAndClosed(String request, int status, String explains) throws IOException {
    try (RawClient other = harness.connect()) {
      String answer = harness.exchange(request);
      assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
      assertThat(answer.toLowerCase(Locale.ROOT)).contains("\r\nconnection: close\r\n");
      String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
      assertThat(body).startsWith(status + " ").endsWith("\n").contains(explains);
      assertThat(body).doesNotContain("Exception", "\tat ", "io.netty", "null");
      assertThat(other.request("GET", "/").readResponse()).endsWith("\r\n\r\nfine");
    }
  }

  @ParameterizedTest
  @MethodSource("badHeads")
  void isLoggedOnce(String request, int status, String explains) throws Exception {
    harness.exchange(request);
    assertThat(harness.nextEntry().status()).isEqualTo(status);
    harness.answer("GET", "/");
    assertThat(harness.nextEntry().target()).isEqualTo("/");
    assertThat(harness.entriesWaiting()).isZero();
  }

  @Test
  void statusLineAndBodyAreExact() throws IOException {
    assertThat(harness.exchange("GET / HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 400 Bad Request\r\n")
        .endsWith("\r\n\r\n400 Bad Request: Host: 0 fields (expected: one)\n");
  }

  @Test
  void methodThatIsNotRoutedIsTold() throws IOException {
    assertThat(harness.answer("DELETE", "/"))
        .startsWith("HTTP/1.1 405 Method Not Allowed\r\n")
        .contains("\r\nallow: GET, HEAD, OPTIONS\r\n".replace("allow", "Allow"))
        .endsWith("method: DELETE (expected: GET, HEAD, OPTIONS)\n");
  }

  @Test
  void foldedHeaderIsUnfolded() throws IOException { // RFC 9112 §5.2 lets a server replace the fold
    String folded = "GET /fold HTTP/1.1\r\nX: a\r\n b\r\n" + HOST + "Connection: close\r\n\r\n";
    assertThat(harness.exchange(folded)).endsWith("\r\n\r\na b");
  }

  @Test
  void clientThatGoesOnSendingReadsTheAnswer() throws IOException {
    String head = "POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 30000000\r\n\r\n";
    assertThat(sendLong(head, new byte[1 << 20])).startsWith("HTTP/1.1 413 ");
  }

  @Test
  void clientThatGoesOnSendingChunksReadsTheAnswer() throws IOException {
    String chunk = "10000\r\n" + "a".repeat(1 << 16) + "\r\n";
    assertThat(sendLong(CHUNKED, chunk.repeat(16).getBytes(StandardCharsets.UTF_8)))
        .startsWith("HTTP/1.1 413 ");
  }

  private String sendLong(String head, byte[] part) throws IOException {
    try (RawClient client = harness.connect()) {
      client.send(head);
      for (int i = 0; i < 30; i++) {
        goOn(client, part);
      }
      return client.readHead();
    }
  }

  @Test
  void slowClientThatGoesOnSendingReadsTheAnswer() throws IOException {
    try (RawClient client = harness.connect()) {
      client.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 30000000\r\n\r\n");
      for (int i = 0; i < 30; i++) { // for longer than the silence after which the server closes
        goOn(client, new byte[1000]);
        Harness.pause(80);
      }
      assertThat(client.readHead()).startsWith("HTTP/1.1 413 ");
    }
  }

  /// A client that is slow may be cut before it has sent all: what it was sent, it can read.
  private static void goOn(RawClient client, byte[] part) throws IOException {
    try {
      client.send(part);
    } catch (SocketException cut) {
      // it is to stop
    }
  }

  @Test
  void clientThatLeavesInTheHeadIsNotLogged() throws Exception {
    for (Leaving leaving : new Leaving[] {new Leaving.Close(), new Leaving.Reset()}) {
      for (String part :
          new String[] {"", "GE", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: t"}) {
        RawClient client = harness.connect();
        client.send(part).leave(leaving);
      }
    }
    harness.answer("GET", "/");
    assertThat(harness.nextEntry().status()).isEqualTo(200);
    assertThat(harness.entriesWaiting()).isZero();
  }
}
