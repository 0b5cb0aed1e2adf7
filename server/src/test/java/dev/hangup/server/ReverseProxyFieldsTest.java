package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.Cancellation;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which header fields, targets and statuses pass.
class ReverseProxyFieldsTest {
  private static final String FINE = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine";

  /// The head that an upstream gets of a request, in lower case.
  private static String sent(UnaryOperator<ReverseProxyOptions> options, String request)
      throws IOException {
    try (RawUpstream upstream = RawUpstream.saying(FINE);
        ProxyHarness proxy = ProxyHarness.to(upstream.uri(), options);
        RawClient client = proxy.connect()) {
      assertThat(client.send(request).readResponse()).startsWith("HTTP/1.1 200").endsWith("fine");
      return upstream
          .heads
          .getFirst()
          .toLowerCase(Locale.ROOT)
          .replace("127.0.0.1:" + upstream.uri().getPort(), "upstream");
    }
  }

  private static String request(String... fields) {
    return "GET /proxy/a HTTP/1.1\r\nHost: client:1\r\n"
        + String.join("\r\n", fields)
        + (fields.length == 0 ? "\r\n" : "\r\n\r\n");
  }

  @Test
  void fieldsOfOneConnectionAloneStay() throws Exception {
    String head =
        sent(
            o -> o,
            request(
                "Connection: X-Mine, keep-alive",
                "Connection: Content-Length, Host",
                "X-Mine: 1",
                "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "Proxy-Authorization: secret",
                "TE: gzip, trailers",
                "Expect: 100-continue",
                "X-HTTP2-Scheme: https",
                "X-Http2-Path: /elsewhere",
                "X-Yours: 1",
                "X-Yours: 2",
                "Accept-Encoding: gzip"));
    assertThat(head)
        .startsWith("get /a http/1.1\r\n")
        .contains("x-yours: 1\r\nx-yours: 2\r\n", "accept-encoding: gzip\r\n", "te: trailers\r\n")
        .contains("host: upstream\r\n", "via: 1.1 hangup\r\n", "connection: te\r\n")
        .doesNotContain("x-mine", "keep-alive", "proxy-", "expect", "x-http2", "secret");
  }

  @ParameterizedTest
  @CsvSource({"true, client:1", "false, upstream"})
  void hostIsTheTargetsOrTheCallers(boolean callers, String host) throws Exception {
    assertThat(sent(o -> o.withCallersHost(callers), request())).contains("host: " + host + "\r\n");
  }

  @Test
  void clientIsNamed() throws Exception {
    String spoofed = "Forwarded: for=1.2.3.4\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Port: 7";
    assertThat(sent(o -> o, request(spoofed)))
        .contains("forwarded: for=127.0.0.1;proto=http;host=\"client:1\"\r\n")
        .doesNotContain("1.2.3.4", "x-forwarded");
    assertThat(sent(o -> o.withXForwarded(true), request(spoofed)))
        .contains("x-forwarded-for: 127.0.0.1\r\n", "x-forwarded-proto: http\r\n")
        .contains("x-forwarded-host: client:1\r\n")
        .doesNotContain("1.2.3.4");
    assertThat(sent(o -> o.withXForwarded(true).withTrustedPeer(true), request(spoofed)))
        .contains("forwarded: for=1.2.3.4, for=127.0.0.1;proto=http;host=\"client:1\"\r\n")
        .contains("x-forwarded-for: 1.2.3.4, 127.0.0.1\r\n", "x-forwarded-port: 7\r\n");
  }

  @Test
  void clientWithIpv6AddressIsQuoted() throws Exception {
    try (RawUpstream upstream = RawUpstream.saying(FINE);
        ProxyHarness proxy =
            ProxyHarness.to(upstream.uri(), o -> o.withXForwarded(true), o -> o.withHost("::1"))) {
      assertThat(proxy.get("/a")).endsWith("fine");
      assertThat(upstream.heads.getFirst().toLowerCase(Locale.ROOT))
          .contains("for=\"[::1]\";proto=http;host=test\r\n")
          .contains("x-forwarded-for: ::1\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {"a a", "a-b.c a-b.c", "a:1 \"a:1\"", "a\"b \"a\\\"b\"", "a\\b \"a\\\\b\""})
  void valueThatIsNoTokenIsQuoted(String value, String quoted) {
    assertThat(ProxyFields.quoted(value)).isEqualTo(quoted);
  }

  @Test
  void remainingTimeIsPassedOn() throws Exception {
    assertThat(sent(o -> o, request("Request-Timeout: 7.5")))
        .containsPattern("request-timeout: 7\\.[0-4]\\d\\d\r\n");
    assertThat(sent(o -> o, request("grpc-timeout: 3S"))).containsPattern("request-timeout: 2\\.9");
    assertThat(sent(o -> o, request())).doesNotContain("request-timeout");
  }

  @Test
  void whoHasNoTimeLeftIsNotPassedOn() throws Exception {
    try (RawUpstream upstream = RawUpstream.saying(FINE);
        ReverseProxy proxy = ReverseProxy.to(upstream.uri());
        Harness front =
            Harness.start(
                Router.empty()
                    .get(
                        "/late",
                        (request, response) -> new AlmostLate(proxy).handle(request, response)))) {
      assertThat(front.answer("GET", "/late")).startsWith("HTTP/1.1 504");
      assertThat(upstream.accepted).hasValue(0);
    }
  }

  /// Asks the proxy when less than a millisecond is left, but the work is not cancelled yet.
  private record AlmostLate(ReverseProxy proxy) implements Handler {
    @Override
    public void handle(Request request, Response response) throws Exception {
      Cancellation.current()
          .<Boolean, Exception>shielded(
              Duration.ofNanos(900_000),
              () -> {
                proxy.handle(request, response);
                return true;
              });
    }
  }

  @ParameterizedTest
  @EnumSource
  void wishForTrailersIsPassedOn(ProxyHarness.Spoken spoken) throws Exception {
    try (Harness upstream =
            ProxyHarness.upstream(
                (request, response) -> response.text(request.header("TE").orElse("none")));
        ProxyHarness proxy = ProxyHarness.to(upstream, spoken)) {
      String asked = "GET /proxy/a HTTP/1.1\r\nHost: t\r\nConnection: TE, close\r\nTE: ";
      assertThat(proxy.front.exchange(asked + "gzip, trailers\r\n\r\n")).endsWith("trailers");
      assertThat(proxy.front.exchange(asked + "gzip\r\n\r\n")).endsWith("none");
    }
  }

  @ParameterizedTest
  @EnumSource
  void responseKeepsItsFields(ProxyHarness.Spoken spoken) throws Exception {
    try (Harness upstream =
            ProxyHarness.upstream((_, response) -> {
              response.fields().add("Set-Cookie", "a=1").add("Set-Cookie", "b=2");
              response.header("Content-Encoding", "gzip").header("Keep-Alive", "timeout=5");
              response.header("Date", "Thu, 01 Jan 1970 00:00:00 GMT");
              response.status(201).bytes("a/b", new byte[] {'x'});
            });
        ProxyHarness proxy = ProxyHarness.to(upstream, spoken)) {
      String answer = proxy.get("/a").toLowerCase(Locale.ROOT);
      assertThat(answer)
          .startsWith("http/1.1 201")
          .contains("set-cookie: a=1\r\n", "set-cookie: b=2\r\n", "content-encoding: gzip\r\n")
          .contains("content-length: 1\r\n", "content-type: a/b\r\n", "thu, 01 jan 1970")
          .doesNotContain("keep-alive", "x-http2")
          .endsWith("\r\n\r\nx");
      assertThat(answer.split("date:", -1)).hasSize(2);
    }
  }

  @Test
  void fieldsThatUpstreamsConnectionNamesStay() throws Exception {
    try (RawUpstream upstream =
            RawUpstream.saying(
                String.join(
                    "\r\n",
                    "HTTP/1.1 200 OK",
                    "Connection: X-Mine",
                    "X-Mine: 1",
                    "X-Yours: 2",
                    "Proxy-Authenticate: x",
                    "Upgrade: h2c",
                    "Content-Length: 0\r\n\r\n"));
        ProxyHarness proxy = ProxyHarness.to(upstream.uri(), o -> o)) {
      assertThat(proxy.get("/a").toLowerCase(Locale.ROOT))
          .contains("x-yours: 2")
          .doesNotContain("x-mine", "proxy-", "upgrade", "content-type");
    }
  }

  @ParameterizedTest
  @EnumSource
  void statusesWithoutBodyPass(ProxyHarness.Spoken spoken) throws Exception {
    try (Harness upstream =
            ProxyHarness.upstream((request, response) -> {
              int status = request.query("status", 200, 200, 599);
              response.header("ETag", "\"e\"").status(status);
              if (status == 200) {
                response.text("twelve bytes");
              } else {
                response.empty();
              }
            });
        ProxyHarness proxy = ProxyHarness.to(upstream, spoken);
        RawClient client = proxy.connect()) {
      List<String> answers = new ArrayList<>();
      client.request("HEAD", "/proxy/a");
      answers.add(client.readHead().toLowerCase(Locale.ROOT));
      for (int status : new int[] {204, 205, 304, 404}) {
        client.request("GET", "/proxy/a?status=" + status);
        answers.add(client.readHead().toLowerCase(Locale.ROOT));
      }
      client.request("GET", "/proxy/a");
      assertThat(client.readResponse()).endsWith("twelve bytes"); // nothing was left over
      assertThat(answers.getFirst()).contains("content-length: 12", "etag");
      assertThat(answers.get(1)).startsWith("http/1.1 204").doesNotContain("content-length");
      assertThat(answers.get(3)).startsWith("http/1.1 304").contains("etag: \"e\"");
      assertThat(answers.get(4)).startsWith("http/1.1 404").contains("content-length: 0");
    }
  }

  @Test
  void interimResponsesPassExceptThatForUs() throws Exception {
    try (RawUpstream upstream =
            RawUpstream.saying(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103"
                    + " Early Hints\r\nConnection: X\r\nX: y\r\nLink: x\r\n\r\n"
                    + FINE);
        ProxyHarness proxy = ProxyHarness.to(upstream.uri(), o -> o);
        RawClient client = proxy.connect().send(Harness.get("/proxy/a"))) {
      assertThat(client.readHead()).startsWith("HTTP/1.1 102");
      assertThat(client.readHead())
          .isEqualToIgnoringCase("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("fine");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/proxy/a, '', /a",
    "/proxy/, '', /",
    "/proxy/a/b/?x=1&y=%20?/.., '', /a/b/?x=1&y=%20?/..",
    "/proxy/a%2Fb%20c+d//e/./f;g=1%41, '', /a%2Fb%20c+d//e/./f;g=1%41",
    "/proxy/...a/b.., '', /...a/b..",
    "/proxy/a, /base, /base/a",
    "/proxy/a, /base/, /base/a",
    "/proxy//a, /ba%2Fse/, /ba%2Fse//a",
    "http://elsewhere/proxy/a?b, /base, /base/a?b",
    "/proxy/%70roxy?, '', /%70roxy?"
  })
  void pathPassesAsItIs(String asked, String base, String expected) throws Exception {
    try (RawUpstream upstream = RawUpstream.saying(FINE);
        ProxyHarness proxy = ProxyHarness.to(URI.create(upstream.uri() + base), o -> o)) {
      assertThat(proxy.front.answer("GET", asked)).endsWith("fine");
      assertThat(upstream.heads.getFirst()).startsWith("GET " + expected + " HTTP/1.1\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/proxy/..",
        "/proxy/a/../b",
        "/proxy/../../etc",
        "/proxy/%2e%2E/a",
        "/proxy/a%2f..%2f..%2fb",
        "/proxy/..%5Ca",
        "/proxy/..;x=1/a",
        "/proxy/..%3Ba/b",
        "/proxy/a#b"
      })
  void pathThatCouldClimbIsRefused(String asked) throws Exception {
    try (RawUpstream upstream = RawUpstream.saying(FINE);
        ProxyHarness proxy = ProxyHarness.to(upstream.uri(), o -> o)) {
      assertThat(proxy.front.answer("GET", asked)).startsWith("HTTP/1.1 400");
      assertThat(upstream.accepted).hasValue(0);
    }
  }

  @Test
  void pathOfHttp2CannotSmuggleRequest() throws Exception {
    try (RawUpstream upstream = RawUpstream.saying(FINE);
        ProxyHarness proxy = ProxyHarness.to(upstream.uri(), o -> o);
        Http2Peer peer = Http2Peer.connect(proxy.front)) {
      int stream = peer.get("/proxy/a HTTP/1.1\r\nX: y\r\n\r\nGET /b");
      Http2Peer.Answer answer = peer.await(stream);
      assertThat(answer.status() == 400 || answer.reset != Http2Peer.NONE).isTrue();
      assertThat(upstream.accepted).hasValue(0);
    }
  }

  @Test
  void wholePathPassesWithoutRest() throws Exception {
    try (RawUpstream upstream = RawUpstream.saying(FINE);
        ReverseProxy proxy = ReverseProxy.to(URI.create(upstream.uri() + "/base"));
        Harness front = Harness.start(proxy)) {
      assertThat(front.answer("GET", "/a/b?c")).endsWith("fine");
      assertThat(upstream.heads.getFirst()).startsWith("GET /base/a/b?c HTTP/1.1\r\n");
      assertThat(front.answer("OPTIONS", "*")).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void secureClientIsNamedSo() throws Exception {
    try (RawUpstream upstream = RawUpstream.saying(FINE);
        ReverseProxy proxy = ReverseProxy.to(upstream.uri());
        Harness front = ProxyHarness.upstream(proxy)) {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), front.server.tlsPort());
      try (RawClient client = RawClient.connect(address).overTls("http/1.1");
          Http2Peer peer = Http2Peer.connectTls(address)) {
        client.request("GET", "/a");
        assertThat(client.readResponse()).endsWith("fine");
        assertThat(peer.await(peer.get("/b")).body()).isEqualTo("fine");
      }
      assertThat(upstream.heads).hasSize(2).allMatch(head -> head.contains("proto=https"));
      assertThat(upstream.heads.get(1)).containsIgnoringCase("via: 2.0 hangup");
    }
  }
}
