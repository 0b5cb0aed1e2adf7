package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What callers are told of an upstream that fails.
class ReverseProxyFailureTest {
  private static final String INSIDE = "127\\.0\\.0\\.1|localhost|Exception|dev\\.hangup|netty";
  private Logs logs;

  @BeforeEach
  void watch() {
    logs = new Logs();
  }

  @AfterEach
  void stop() {
    logs.close();
  }

  private static String ask(URI target, UnaryOperator<ReverseProxyOptions> options)
      throws IOException {
    try (ProxyHarness proxy = ProxyHarness.to(target, o -> options.apply(o.withName("orders")))) {
      String answer = proxy.get("/a");
      proxy.awaitNothingIsLeft();
      return answer;
    }
  }

  private static void assertTold(String answer, int status, String what) {
    assertThat(answer).startsWith("HTTP/1.1 " + status).contains("orders: " + what);
    assertThat(answer).doesNotContainPattern(INSIDE);
  }

  @ParameterizedTest
  @EnumSource(ReverseProxyOptions.Protocol.class)
  void refusedConnectionIsAnswered502(ReverseProxyOptions.Protocol protocol) throws Exception {
    try (Socket taken = new Socket()) { // and so nobody else's, but nobody listens
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      URI nobody = URI.create("http://127.0.0.1:" + taken.getLocalPort());
      assertTold(ask(nobody, o -> o.withProtocol(protocol)), 502, "cannot be connected to");
    }
    assertThat(logs.alarmTexts()).hasSize(1);
  }

  @Test
  void unknownHostIsAnswered502() throws Exception {
    URI nowhere = URI.create("http://nowhere.invalid:1");
    assertTold(ask(nowhere, o -> o), 502, "is not known");
  }

  @Test
  void silentHandshakeIsAnswered504() throws Exception {
    try (RawUpstream silent = RawUpstream.start((_, socket, _) -> socket.getInputStream().read())) {
      URI secure = URI.create("https://localhost:" + silent.uri().getPort());
      try (RawUpstream mute =
          RawUpstream.start((_, socket, _) -> socket.getInputStream().readAllBytes())) {
        URI target = URI.create("https://127.0.0.1:" + mute.uri().getPort());
        String answer = ask(target, o -> o.withConnectTimeout(Duration.ofMillis(200)));
        assertTold(answer, 504, "cannot be connected to in time");
      }
      assertTold(ask(secure, o -> o), 502, "cannot be connected to by TLS");
    }
  }

  @Test
  void silentHttp2UpstreamIsAnswered504() throws Exception {
    try (RawUpstream mute =
        RawUpstream.start((_, socket, _) -> socket.getInputStream().readAllBytes())) {
      String answer =
          ask(
              mute.uri(),
              o ->
                  o.withProtocol(ReverseProxyOptions.Protocol.HTTP_2)
                      .withConnectTimeout(Duration.ofMillis(200)));
      assertTold(answer, 504, "cannot be connected to in time");
    }
  }

  @Test
  void upstreamThatSpeaksNoHttp2IsAnswered502() throws Exception {
    try (RawUpstream old =
        RawUpstream.saying("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")) {
      String answer = ask(old.uri(), o -> o.withProtocol(ReverseProxyOptions.Protocol.HTTP_2));
      assertTold(answer, 502, "");
    }
  }

  @Test
  void certificateForAnotherNameIsAnswered502() throws Exception {
    try (Harness upstream = ProxyHarness.upstream((_, response) -> response.text("fine"))) {
      URI otherName = URI.create("https://127.0.0.2:" + upstream.server.tlsPort());
      URI untrusted = URI.create("https://localhost:" + upstream.server.tlsPort());
      assertThat(ask(untrusted, o -> o.withTls(ProxyHarness.trusting()))).endsWith("fine");
      assertTold(ask(untrusted, o -> o), 502, "cannot be connected to by TLS");
      assertTold(
          ask(otherName, o -> o.withTls(ProxyHarness.trusting())), 502, "cannot be connected to");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n"})
  void silentUpstreamIsAnswered504(String framing) throws Exception {
    try (RawUpstream silent =
            RawUpstream.start((self, socket, _) -> {
              self.readHead(socket);
              socket.getInputStream().readAllBytes(); // until it is hung up on
            });
        ProxyHarness proxy =
            ProxyHarness.to(
                silent.uri(),
                o -> o.withName("orders").withResponseTimeout(Duration.ofMillis(200)))) {
      String body = framing.startsWith("T") ? "3\r\nabc\r\n0\r\n\r\n" : "abc";
      String answer =
          proxy.front.exchange(
              "POST /proxy/a HTTP/1.1\r\nHost: t\r\nConnection: close\r\n"
                  + framing
                  + "\r\n"
                  + (framing.isEmpty() ? "" : body));
      assertTold(answer, 504, "has not answered in time");
      proxy.awaitNothingIsLeft();
    }
  }

  @Test
  void upstreamThatTakesNoBodyIsAnswered504() throws Exception {
    try (RawUpstream stuck =
            RawUpstream.start((self, socket, _) -> {
              self.readHead(socket);
              new java.util.concurrent.Semaphore(0).acquire();
            });
        ProxyHarness proxy =
            ProxyHarness.to(stuck.uri(), o -> o.withResponseTimeout(Duration.ofMillis(500)));
        RawClient client = proxy.connect()) {
      client.send("POST /proxy/a HTTP/1.1\r\nHost: t\r\nContent-Length: 100000000\r\n\r\n");
      Thread sender = Thread.ofVirtual().start(() -> pour(client));
      assertThat(client.readHead()).startsWith("HTTP/1.1 504");
      client.leave(new Leaving.Close());
      sender.join();
    }
  }

  private static void pour(RawClient client) {
    try {
      for (int i = 0; i < 1000; i++) {
        client.send(new byte[100_000]);
      }
    } catch (IOException e) {
      assertThat(e).isNotNull(); // it was not taken
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 20",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "nonsense\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 99 Hm\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nb(d: x\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
      })
  void responseWithoutSoundHeadIsAnswered502(String said) throws Exception {
    try (RawUpstream upstream = RawUpstream.saying(said)) {
      assertTold(ask(upstream.uri(), o -> o), 502, "");
    }
  }

  @Test
  void headThatIsTooLongIsAnswered502() throws Exception {
    try (RawUpstream upstream =
        RawUpstream.saying("HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000) + "\r\n\r\n")) {
      assertTold(ask(upstream.uri(), o -> o), 502, "sent a malformed response");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
      })
  void bodyThatBreaksOffIsCut(String said) throws Exception {
    try (RawUpstream upstream = RawUpstream.saying(said)) {
      try (ProxyHarness proxy = ProxyHarness.to(upstream.uri(), o -> o)) {
        String answer = proxy.get("/a");
        assertThat(answer).startsWith("HTTP/1.1 200").doesNotEndWith("0\r\n\r\n");
        if (answer.contains("content-length") || answer.contains("Content-Length")) {
          assertThat(answer.length() - answer.indexOf("\r\n\r\n") - 4).isLessThan(10);
        }
        try (Http2Peer peer = Http2Peer.connect(proxy.front)) {
          Http2Peer.Answer cut = peer.await(peer.get("/proxy/a"));
          assertThat(cut.reset).isNotEqualTo(Http2Peer.NONE);
          assertThat(cut.ended).isFalse();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 20})
  void http2UpstreamThatLiesAboutItsLengthIsNotBelieved(int bytes) throws Exception {
    try (RawUpstream upstream =
            RawUpstream.saying(new byte[bytes], ":status", "200", "content-length", "10");
        ProxyHarness proxy =
            ProxyHarness.to(
                upstream.uri(),
                o -> o.withName("orders").withProtocol(ReverseProxyOptions.Protocol.HTTP_2));
        RawClient client = proxy.connect().send(Harness.get("/proxy/a"))) {
      String answer = client.readAll(); // or there would be no end
      if (answer.startsWith("HTTP/1.1 200")) {
        assertThat(answer).contains("content-length: 10\r\n");
        assertThat(answer.length() - answer.indexOf("\r\n\r\n") - 4).isLessThan(10);
      } else {
        assertTold(answer, 502, "malformed");
      }
    }
  }

  @Test
  void resetUpstreamCutsBodyThatEndsWithConnection() throws Exception {
    try (RawUpstream upstream =
        RawUpstream.start((self, socket, _) -> {
          self.readHead(socket);
          RawUpstream.say(socket, "HTTP/1.1 200 OK\r\n\r\nabc");
          Harness.pause(100); // so that it is read before the reset
          socket.setSoLinger(true, 0);
        })) {
      try (ProxyHarness proxy = ProxyHarness.to(upstream.uri(), o -> o)) {
        assertThat(proxy.get("/a")).startsWith("HTTP/1.1 200").doesNotEndWith("0\r\n\r\n");
      }
    }
  }

  @Test
  void bodyThatEndsWithConnectionIsWhole() throws Exception {
    try (RawUpstream upstream = RawUpstream.saying("HTTP/1.0 200 OK\r\n\r\nabc")) {
      assertThat(ask(upstream.uri(), o -> o)).contains("3\r\nabc\r\n").endsWith("0\r\n\r\n");
    }
  }

  @Test
  void answerBeforeEndOfRequestIsPassedOn() throws Exception {
    try (RawUpstream upstream =
            RawUpstream.saying("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nno!");
        ProxyHarness proxy = ProxyHarness.to(upstream.uri(), o -> o);
        RawClient client = proxy.connect()) {
      client.send("POST /proxy/a HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000\r\n\r\nabc");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 413").endsWith("no!");
      client.leave(new Leaving.Close());
      proxy.awaitNothingIsLeft();
    }
  }

  @ParameterizedTest
  @CsvSource({"websocket, 501", "foo/2, 501", "h2c, 200"})
  void otherProtocolIsAnswered501(String protocol, int status) throws Exception {
    try (Harness upstream = ProxyHarness.upstream((_, response) -> response.text("fine"));
        ProxyHarness proxy = ProxyHarness.to(upstream, ProxyHarness.Spoken.HTTP1)) {
      String answer =
          proxy.front.exchange(
              "GET /proxy/a HTTP/1.1\r\nHost: t\r\nConnection: upgrade, close\r\nUpgrade: "
                  + protocol
                  + "\r\n\r\n");
      assertThat(answer).startsWith("HTTP/1.1 " + status);
    }
  }

  @Test
  void closedProxyAnswers503() throws Exception {
    try (Harness upstream = ProxyHarness.upstream((_, response) -> response.text("fine"));
        ProxyHarness proxy = ProxyHarness.to(upstream, ProxyHarness.Spoken.HTTP1)) {
      assertThat(proxy.get("/a")).endsWith("fine");
      proxy.closeProxy();
      assertThat(proxy.get("/a")).startsWith("HTTP/1.1 503");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://a", "http:///a", "a", "http://u@a", "http://a?q", "http://a#f", "mailto:a"})
  void badTargetIsNamed(String target) {
    assertThatThrownBy(() -> ReverseProxy.to(URI.create(target)))
        .hasMessage("target: " + target + " (expected: as in http://127.0.0.1:9000/path)");
  }
}
