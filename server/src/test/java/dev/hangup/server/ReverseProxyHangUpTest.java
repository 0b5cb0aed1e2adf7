package dev.hangup.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.Cancellation;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.Trail;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Who hangs up on the proxy hangs up on what is behind it, and on nobody else.
class ReverseProxyHangUpTest {
  private static final int CANCEL = 8;
  private static final String CHUNKED =
      " HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";

  private final Trail trail = new Trail();
  private final Semaphore gate = new Semaphore(0);
  private ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
  private Harness upstream;
  private Logs logs;

  @BeforeEach
  void start() throws IOException {
    level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    logs = new Logs();
    upstream =
        ProxyHarness.upstream(
            Router.empty()
                .get("/wait/{id}", this::waits)
                .post("/wait/{id}", this::waits)
                .get("/body/{id}", this::sends)
                .post("/upload/{id}", this::receives)
                .post("/both/{id}", this::echoes)
                .get("/echo/{id}", (request, response) -> response.text(request.path())));
  }

  @AfterEach
  void stop() {
    upstream.close();
    System.gc();
    ByteBufAllocator.DEFAULT.buffer(1).release(); // a leak is reported by an allocation
    ResourceLeakDetector.setLevel(level);
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
  }

  private void waits(Request request, Response response) throws Exception {
    told(
        request,
        () -> {
          gate.acquire();
          response.text(request.path());
        });
  }

  private void sends(Request request, Response response) throws Exception {
    OutputStream out = response.stream("text/plain");
    told(
        request,
        () -> {
          out.write("begun".getBytes(US_ASCII));
          gate.acquire();
        });
  }

  private void receives(Request request, Response response) throws Exception {
    told(
        request,
        () -> {
          long count = request.body().transferTo(OutputStream.nullOutputStream());
          response.text(String.valueOf(count));
        });
  }

  private void echoes(Request request, Response response) throws Exception {
    OutputStream out = response.stream("text/plain");
    told(request, () -> request.body().transferTo(out));
  }

  private interface Work {
    void run() throws Exception;
  }

  private void told(Request request, Work work) throws Exception {
    String id = request.pathParameter("id");
    trail.add(id + " begun");
    try {
      work.run();
      trail.add(id + " done");
    } finally {
      Cancellation.current().reason().ifPresent(reason -> trail.add(id + " " + reason.code()));
    }
  }

  /// A write of the upstream's may meet the reset first.
  private void awaitTold(ProxyHarness.Spoken spoken, String id) throws InterruptedException {
    if (spoken.isHttp2()) {
      trail.await(id + " stream_reset");
    } else {
      Harness.await(
          id + " is told " + trail,
          () ->
              trail.events().contains(id + " client_closed")
                  || trail.events().contains(id + " client_reset")
                  || trail.events().contains(id + " write_failed"));
    }
    assertThat(trail.events()).doesNotContain(id + " done");
  }

  @ParameterizedTest
  @EnumSource
  void hangUpIsPassedOnWhileUpstreamIsSilent(ProxyHarness.Spoken spoken) throws Exception {
    try (ProxyHarness proxy = ProxyHarness.to(upstream, spoken);
        RawClient sibling = proxy.connect()) {
      sibling.request("GET", "/proxy/wait/sibling");
      trail.await("sibling begun");
      RawClient client = proxy.connect().request("GET", "/proxy/wait/a");
      trail.await("a begun");
      client.leave(new Leaving.Close());
      awaitTold(spoken, "a");
      gate.release();
      assertThat(sibling.readResponse()).startsWith("HTTP/1.1 200").endsWith("/wait/sibling");
      assertThat(proxy.get("/echo/next")).endsWith("/echo/next");
      sibling.leave(new Leaving.Close());
      proxy.awaitNothingIsLeft();
    }
  }

  @ParameterizedTest
  @EnumSource
  void hangUpIsPassedOnInMidResponse(ProxyHarness.Spoken spoken) throws Exception {
    try (ProxyHarness proxy = ProxyHarness.to(upstream, spoken)) {
      RawClient client = proxy.connect().request("GET", "/proxy/body/a");
      assertThat(client.readHead()).startsWith("HTTP/1.1 200");
      client.skip(5);
      client.leave(new Leaving.Reset());
      awaitTold(spoken, "a");
      assertThat(proxy.get("/echo/next")).endsWith("/echo/next");
      proxy.awaitNothingIsLeft();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP1, upload", "HTTP2, upload", "HTTP1_TLS, upload", "HTTP2_TLS, upload",
    "HTTP1, both", "HTTP2, both", "HTTP1_TLS, both", "HTTP2_TLS, both"
  })
  void hangUpIsPassedOnInMidRequest(ProxyHarness.Spoken spoken, String path) throws Exception {
    try (ProxyHarness proxy = ProxyHarness.to(upstream, spoken)) {
      RawClient client = proxy.connect().send("POST /proxy/" + path + "/a" + CHUNKED);
      client.send("3\r\nabc\r\n");
      trail.await("a begun");
      if (path.equals("both")) {
        client.readHead();
        client.skip(8);
      }
      client.leave(new Leaving.Close());
      awaitTold(spoken, "a");
      assertThat(proxy.get("/echo/next")).endsWith("/echo/next");
      proxy.awaitNothingIsLeft();
    }
  }

  /// All buffers between are full: nothing more can be said, but a reset.
  @ParameterizedTest
  @EnumSource
  void hangUpIsPassedOnPastFullBuffers(ProxyHarness.Spoken spoken) throws Exception {
    try (ProxyHarness proxy = ProxyHarness.to(upstream, spoken)) {
      RawClient client = proxy.connect();
      client.send("POST /proxy/wait/a HTTP/1.1\r\nHost: t\r\nContent-Length: 100000000\r\n\r\n");
      AtomicLong sent = new AtomicLong();
      Thread sender = Thread.ofVirtual().start(() -> fill(client, sent));
      trail.await("a begun");
      AtomicLong before = new AtomicLong(-1);
      Harness.await(
          "nothing more is taken",
          () -> {
            Harness.pause(200);
            return before.getAndSet(sent.get()) == sent.get();
          });
      client.leave(new Leaving.Reset());
      awaitTold(spoken, "a");
      sender.join();
      proxy.awaitNothingIsLeft();
    }
  }

  private static void fill(RawClient client, AtomicLong sent) {
    try {
      while (true) {
        client.send(new byte[10_000]);
        sent.incrementAndGet();
      }
    } catch (IOException e) {
      assertThat(sent).hasPositiveValue(); // it was hung up
    }
  }

  @ParameterizedTest
  @EnumSource
  void bodyThatIsCutNeverLooksWholeToUpstream(ProxyHarness.Spoken spoken) throws Exception {
    try (ProxyHarness proxy = ProxyHarness.to(upstream, spoken)) {
      RawClient client = proxy.connect().send("POST /proxy/upload/a" + CHUNKED);
      client.send("3\r\nabc\r\n");
      trail.await("a begun");
      client.send("zz\r\n");
      assertThat(client.readAll()).startsWith("HTTP/1.1 400");
      awaitTold(spoken, "a");
    }
  }

  @ParameterizedTest
  @EnumSource
  void resetStreamIsPassedOnAndItsSiblingGoesOn(ProxyHarness.Spoken spoken) throws Exception {
    try (ProxyHarness proxy = ProxyHarness.to(upstream, spoken);
        Http2Peer peer = Http2Peer.connect(proxy.front)) {
      int given = peer.get("/proxy/wait/a");
      int kept = peer.get("/proxy/wait/b");
      trail.await("a begun");
      trail.await("b begun");
      peer.reset(given, CANCEL);
      awaitTold(spoken, "a");
      gate.release();
      assertThat(peer.await(kept).body()).isEqualTo("/wait/b");
      assertThat(peer.await(peer.get("/proxy/echo/c")).body()).isEqualTo("/echo/c");
      assertThat(trail.events()).contains("b done").doesNotContain("b stream_reset");
    }
  }

  @ParameterizedTest
  @EnumSource
  void lostConnectionIsPassedOnForAllItsStreams(ProxyHarness.Spoken spoken) throws Exception {
    try (ProxyHarness proxy = ProxyHarness.to(upstream, spoken)) {
      try (Http2Peer peer = Http2Peer.connect(proxy.front)) {
        peer.get("/proxy/wait/a");
        int upload = peer.post("/proxy/both/b");
        peer.data(upload, new byte[10], false);
        trail.await("a begun");
        trail.await("b begun");
      }
      awaitTold(spoken, "a");
      awaitTold(spoken, "b");
    }
  }

  @ParameterizedTest
  @EnumSource
  void deadlineStopsUpstreamToo(ProxyHarness.Spoken spoken) throws Exception {
    try (ProxyHarness proxy = ProxyHarness.to(upstream, spoken);
        RawClient client = proxy.connect()) {
      assertThat(proxy.get("/echo/first")).endsWith("/echo/first"); // the connection is there
      client.send("GET /proxy/wait/a HTTP/1.1\r\nHost: test\r\nRequest-Timeout: 1\r\n\r\n");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 504");
      Harness.await(
          "the upstream is told", () -> trail.events().stream().anyMatch(e -> e.contains("_")));
    }
  }

  @Test
  void hangUpEndsAttemptToConnect() throws Exception {
    try (ServerSocket silent = new ServerSocket(0);
        ProxyHarness proxy =
            ProxyHarness.to(
                URI.create("https://localhost:" + silent.getLocalPort()),
                o -> o.withTls(ProxyHarness.trusting()))) {
      RawClient client = proxy.connect().request("GET", "/proxy/a");
      try (Socket accepted = silent.accept()) {
        accepted.setSoTimeout(30_000);
        InputStream in = accepted.getInputStream();
        assertThat(in.read()).isEqualTo(22); // a handshake begins
        client.leave(new Leaving.Close());
        in.transferTo(OutputStream.nullOutputStream());
      }
      Harness.await("nothing is being made", () -> proxy.poolSize() == 0);
    }
  }

  @Test
  void hangUpEndsWaitForConnection() throws Exception {
    try (ProxyHarness proxy =
            ProxyHarness.to(upstream, ProxyHarness.Spoken.HTTP1, o -> o.withMaxConnections(1));
        RawClient first = proxy.connect();
        RawClient third = proxy.connect()) {
      first.request("GET", "/proxy/wait/first");
      trail.await("first begun");
      RawClient second = proxy.connect().request("GET", "/proxy/wait/second");
      Harness.await("the second waits", () -> proxy.poolSize() == 2);
      third.request("GET", "/proxy/echo/third");
      Harness.await("the third waits", () -> proxy.poolSize() == 3);
      second.leave(new Leaving.Close());
      Harness.await("the second waits no more", () -> proxy.poolSize() == 2);
      gate.release();
      assertThat(first.readResponse()).endsWith("/wait/first");
      assertThat(third.readResponse()).endsWith("/echo/third");
      assertThat(trail.events()).doesNotContain("second begun");
    }
  }

  @Test
  void upstreamReachedByHttp2KeepsOneConnection() throws Exception {
    try (ProxyHarness proxy = ProxyHarness.to(upstream, ProxyHarness.Spoken.HTTP2_TLS);
        Http2Peer peer = Http2Peer.connect(proxy.front)) {
      for (int i = 0; i < 20; i++) {
        peer.get("/proxy/wait/" + i);
      }
      for (int i = 0; i < 20; i++) {
        trail.await(i + " begun");
      }
      assertThat(proxy.poolSize()).isEqualTo(1);
    }
  }
}
