package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.RawHttp2Client;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a message has besides a head and a body passes through a proxy too; and one that has no
/// body does not wait for it.
class ReverseProxyMessageTest {
  private static final int LAST = RawHttp2Client.END_STREAM | Http2Peer.END_HEADERS;

  /// Answers with the trailers that it got.
  private static void reflect(Request request, Response response) throws Exception {
    byte[] body = request.bodyBytes();
    try (OutputStream out = response.stream("text/plain")) {
      out.write(body);
      String sum = request.trailers().get("x-sum", "none");
      response.trailer("x-back", sum);
    }
  }

  @ParameterizedTest
  @EnumSource
  void trailersPassFromAndToHttp1(ProxyHarness.Spoken spoken) throws Exception {
    try (Harness upstream = ProxyHarness.upstream(ReverseProxyMessageTest::reflect);
        ProxyHarness proxy = ProxyHarness.to(upstream, spoken);
        RawClient client = proxy.connect()) {
      for (int i = 0; i < 2; i++) { // on one connection
        client.send(
            "POST /proxy/a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked"
                + "\r\nTrailer: x-sum\r\n\r\n4\r\nbody\r\n0\r\nX-Sum: 17\r\nCookie: no\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 200").contains("chunked");
        assertThat(client.read("4\r\nbody\r\n0\r\nx-back: 17\r\n\r\n".length()))
            .isEqualTo("4\r\nbody\r\n0\r\nx-back: 17\r\n\r\n");
      }
      proxy.awaitNothingIsLeft();
    }
  }

  @ParameterizedTest
  @EnumSource
  void trailersPassFromAndToHttp2(ProxyHarness.Spoken spoken) throws Exception {
    try (Harness upstream = ProxyHarness.upstream(ReverseProxyMessageTest::reflect);
        ProxyHarness proxy = ProxyHarness.to(upstream, spoken);
        Http2Peer client = Http2Peer.connect(proxy.front)) {
      int stream = client.post("/proxy/a");
      client.data(stream, "body".getBytes(java.nio.charset.StandardCharsets.US_ASCII), false);
      client.client.send(
          Http2Peer.frame(RawHttp2Client.HEADERS, LAST, stream, Http2Peer.block("x-sum", "17")));
      Http2Peer.Answer answer = client.await(stream);
      assertThat(answer.body()).isEqualTo("body");
      assertThat(answer.fields).containsEntry(":status", "200").containsEntry("x-back", "17");
      proxy.awaitNothingIsLeft();
    }
  }

  /// They are the upstream's word, as all that it sends.
  @Test
  void trailersThatMayNotBeOnesAreDropped() throws Exception {
    try (RawUpstream upstream =
            RawUpstream.saying(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-A\r\n\r\n1\r\na"
                    + "\r\n0\r\nX-A: 1\r\nSet-Cookie: s\r\nX-A: 2\r\nConnection: x\r\n\r\n");
        ProxyHarness proxy = ProxyHarness.to(upstream.uri(), o -> o)) {
      assertThat(
              proxy.front.exchange(
                  Harness.get("/proxy/a").replace("Host", "Connection: close\r\nHost")))
          .containsIgnoringCase("\r\ntrailer: X-A\r\n")
          .endsWith("1\r\na\r\n0\r\nX-A: 1\r\nX-A: 2\r\n\r\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void earlyHintsPass(ProxyHarness.Spoken spoken) throws Exception {
    CountDownLatch heard = new CountDownLatch(2);
    Handler hints =
        (_, response) -> {
          response.earlyHints("</a.css>; rel=preload").earlyHints("</b.js>; rel=preload");
          heard.await(); // they are not held back until the answer
          response.text("fine");
        };
    try (Harness upstream = ProxyHarness.upstream(hints);
        ProxyHarness proxy = ProxyHarness.to(upstream, spoken);
        RawClient http1 = proxy.connect().send(Harness.get("/proxy/a"));
        Http2Peer http2 = Http2Peer.connect(proxy.front)) {
      assertThat(http1.readHead())
          .startsWith("HTTP/1.1 103")
          .containsIgnoringCase("link: </a.css>");
      assertThat(http1.readHead()).startsWith("HTTP/1.1 103").containsIgnoringCase("link: </b.js>");
      heard.countDown();
      int stream = http2.get("/proxy/a");
      http2.awaitUntil(() -> http2.answer(stream).informational == 2);
      assertThat(http2.answer(stream).hints).containsEntry("link", "</b.js>; rel=preload");
      heard.countDown();
      assertThat(http1.readResponse()).startsWith("HTTP/1.1 200").endsWith("fine");
      assertThat(http2.await(stream).body()).isEqualTo("fine");
    }
  }

  /// The upstream writes on, and drops it all, until it is hung up on.
  @ParameterizedTest
  @EnumSource
  void headOfAnEndlessStreamHoldsNothing(ProxyHarness.Spoken spoken) throws Exception {
    CompletableFuture<CancelReason> told = new CompletableFuture<>();
    Handler endless =
        Router.empty()
            .get("/fine", (_, response) -> response.text("fine"))
            .get(
                "/endless",
                (_, response) -> {
                  Cancellation.current().onCancel(told::complete);
                  response.stream("text/plain").write(new byte[100]);
                  new CountDownLatch(1).await();
                });
    try (Harness upstream = ProxyHarness.upstream(endless);
        ProxyHarness proxy = ProxyHarness.to(upstream, spoken);
        RawClient client = proxy.connect()) {
      client.send("HEAD /proxy/endless HTTP/1.1\r\nHost: t\r\n\r\n");
      assertThat(client.readHead()).startsWith("HTTP/1.1 200").contains("text/plain");
      assertThat(client.send(Harness.get("/proxy/fine")).readResponse()).endsWith("fine");
      assertThat(told.get(30, TimeUnit.SECONDS).isHangUp()).isTrue();
      proxy.awaitNothingIsLeft();
    }
  }
}
