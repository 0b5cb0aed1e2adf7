package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.RawHttp2Client;
import dev.hangup.testkit.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests and answers mean over HTTP/2 what they mean over HTTP/1.1.
class Http2RequestTest {
  private static final int NO_ERROR = 0;
  private static final int INTERNAL_ERROR = 2;

  private Logs logs;
  private Harness harness;

  @BeforeEach
  void start() throws IOException {
    logs = new Logs();
    harness = Harness.start(router(), o -> o.withMaxBodyBytes(3_000_000));
  }

  @AfterEach
  void stop() {
    harness.close();
    logs.close();
    Harness.awaitNothingHeld(harness.server.context());
    assertThat(logs.alarmTexts()).isEmpty();
  }

  private static Router router() {
    return Router.empty()
        .get("/", (_, response) -> response.text("fine"))
        .post("/echo", (request, response) -> response.bytes("a/b", request.bodyBytes()))
        .post("/ignore", (_, response) -> response.text("ignored"))
        .get("/throw", (_, _) -> fail("on purpose"))
        .get("/cut", Http2RequestTest::cut)
        .get("/cookie", (request, response) -> response.text(request.headers("cookie").toString()))
        .get("/names", (request, response) -> response.text(added(request)))
        .post("/names", (request, response) -> response.text(added(request)));
  }

  private static String added(Request request) {
    return request.headers("x-http2-stream-id")
        + ""
        + request.headers("x-http2-scheme")
        + request.headers("transfer-encoding");
  }

  private static void fail(String why) throws IOException {
    throw new IOException(why);
  }

  private static void cut(Request request, Response response) throws IOException {
    response.stream("a/b").write(new byte[1000]);
    throw new HttpException(400, "in mid-stream");
  }

  private static void isUsable(Http2Peer peer) throws IOException {
    Http2Peer.Answer answer = peer.await(peer.get("/"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("fine");
  }

  @Test
  void answerIsFramedByStreams() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      Http2Peer.Answer answer = peer.await(peer.get("/"));
      assertThat(answer.fields).containsKey("date").containsEntry("content-length", "4");
      assertThat(answer.fields.keySet())
          .allMatch(name -> name.equals(name.toLowerCase(Locale.ROOT)))
          .doesNotContain("connection", "transfer-encoding", "keep-alive", "x-http2-stream-id");
      Http2Peer.Answer head = peer.await(peer.client.request("HEAD", "/", true));
      assertThat(head.fields).containsEntry("content-length", "4");
      assertThat(head.length()).isZero();
      assertThat(head.ended).isTrue();
    }
    AccessEntry entry = harness.nextEntry();
    assertThat(entry.protocol()).isEqualTo("HTTP/2.0");
    assertThat(entry.bytes()).isEqualTo(4);
  }

  @Test
  void statusesAreAnswered() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      assertThat(peer.await(peer.get("/none")).status()).isEqualTo(404);
      assertThat(peer.await(peer.client.request("DELETE", "/", true)).status()).isEqualTo(405);
      assertThat(peer.await(peer.get("/throw")).status()).isEqualTo(500);
      isUsable(peer);
    }
    assertThat(logs.alarmTexts()).hasSize(1).first().asString().contains("on purpose");
    logs.clear();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5"})
  void bodyIsRead(String length) throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      int stream =
          post(peer, "/echo", length.isEmpty() ? Map.of() : Map.of("content-length", length));
      peer.data(stream, "hello".getBytes(StandardCharsets.UTF_8), false);
      peer.data(stream, new byte[0], true);
      assertThat(peer.await(stream).body()).isEqualTo("hello");
      int empty = peer.client.request("POST", "/echo", true);
      assertThat(peer.await(empty).status()).isEqualTo(200);
    }
  }

  private static int post(Http2Peer peer, String path, Map<String, String> more)
      throws IOException {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(":method", "POST");
    fields.put(":scheme", "http");
    fields.put(":authority", "test");
    fields.put(":path", path);
    fields.putAll(more);
    return peer.client.request(fields, false);
  }

  @Test
  void headerFieldsAreTheClients() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      assertThat(peer.await(peer.get("/names")).body()).isEqualTo("[][][]");
      assertThat(peer.await(peer.post("/names")).body()).isEqualTo("[][][]");
      peer.client.send(
          Http2Peer.frame(
              RawHttp2Client.HEADERS,
              5,
              5,
              Http2Peer.block(
                  ":method",
                  "GET",
                  ":scheme",
                  "http",
                  ":authority",
                  "test",
                  ":path",
                  "/cookie",
                  "cookie",
                  "a=1",
                  "cookie",
                  "b=2")));
      assertThat(peer.await(5).body()).isEqualTo("[a=1; b=2]"); // RFC 9113 §8.2.3
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3000001"})
  void tooLargeBodyIsRefused(String length) throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      int stream =
          post(peer, "/echo", length.isEmpty() ? Map.of() : Map.of("content-length", length));
      for (int sent = 0; sent < 3_000_001 && !peer.answer(stream).isDecided(); sent += 10_000) {
        int end = sent + 10_000;
        peer.awaitUntil(() -> peer.answer(stream).isDecided() || end <= peer.window(stream));
        if (end <= peer.window(stream)) {
          peer.data(stream, new byte[10_000], false);
        }
      }
      peer.awaitUntil(() -> peer.answer(stream).reset != Http2Peer.NONE);
      assertThat(peer.goAway()).isEqualTo(Http2Peer.NONE);
      assertThat(peer.answer(stream).status()).isEqualTo(413);
      assertThat(peer.answer(stream).ended).isTrue();
      assertThat(peer.answer(stream).reset).isEqualTo(NO_ERROR);
      isUsable(peer);
    }
  }

  @Test
  void bodyThatNobodyReadsIsNotAskedForAnyMore() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      int stream = peer.post("/ignore");
      peer.data(stream, new byte[1000], false);
      peer.awaitUntil(() -> peer.answer(stream).reset != Http2Peer.NONE);
      Http2Peer.Answer answer = peer.answer(stream);
      assertThat(answer.body()).isEqualTo("ignored");
      assertThat(answer.ended).isTrue();
      assertThat(answer.reset).isEqualTo(NO_ERROR);
      isUsable(peer);
      assertThat(answer.resets).isEqualTo(1);
    }
  }

  @Test
  void failureInMidStreamIsSeen() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      int stream = peer.get("/cut");
      assertThat(peer.await(stream).reset).isEqualTo(INTERNAL_ERROR);
      assertThat(peer.answer(stream).ended).isFalse();
      isUsable(peer);
      assertThat(peer.answer(stream).resets).isEqualTo(1);
    }
  }

  @Test
  void clientThatAsksFirstIsToldToGoOn() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      int stream = post(peer, "/echo", Map.of("expect", "100-continue", "content-length", "3"));
      peer.awaitUntil(() -> peer.answer(stream).informational == 1);
      assertThat(peer.answer(stream).isDecided()).isFalse();
      peer.data(stream, new byte[3], true);
      assertThat(peer.await(stream).length()).isEqualTo(3);
    }
  }

  @Test
  void curlIsAnswered() throws Exception {
    String curl = Tools.require("curl").toString();
    String url = "http://" + harness.server.address().getHostString() + ":" + harness.server.port();
    Process process =
        new ProcessBuilder(
                curl,
                "-sS",
                "--http2-prior-knowledge",
                "-d",
                "hello",
                "-w",
                "%{http_version}",
                url + "/echo")
            .redirectErrorStream(true)
            .start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("hello2");
  }
}
