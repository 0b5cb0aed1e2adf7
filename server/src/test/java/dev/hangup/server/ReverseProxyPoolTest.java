package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections to an upstream are used again, and never for what is not theirs.
class ReverseProxyPoolTest {
  private static final String FINE = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine";

  private static void answerAll(RawUpstream self, Socket socket, int most) throws IOException {
    for (int i = 0; i < most && !self.readHead(socket).isEmpty(); i++) {
      RawUpstream.say(socket, FINE);
    }
  }

  @Test
  void keptConnectionIsUsedAgain() throws Exception {
    try (RawUpstream upstream =
            RawUpstream.start((self, socket, _) -> answerAll(self, socket, 10));
        ProxyHarness proxy = ProxyHarness.to(upstream.uri(), o -> o)) {
      for (int i = 0; i < 3; i++) {
        assertThat(proxy.get("/" + i)).endsWith("fine");
      }
      assertThat(upstream.accepted).hasValue(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void idleConnectionIsClosed(ProxyHarness.Spoken spoken) throws Exception {
    try (Harness upstream = ProxyHarness.upstream((_, response) -> response.text("fine"));
        ProxyHarness proxy =
            ProxyHarness.to(upstream, spoken, o -> o.withIdleTimeout(Duration.ofMillis(50)))) {
      for (int i = 0; i < 2; i++) {
        assertThat(proxy.get("/")).endsWith("fine");
        Harness.await("no connection is left", () -> proxy.poolSize() == 0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void connectionThatUpstreamClosedIsReplaced(ProxyHarness.Spoken spoken) throws Exception {
    try (Harness upstream =
            ProxyHarness.upstream(
                (_, response) -> response.text("fine"),
                o -> o.withIdleTimeout(Duration.ofMillis(200)));
        ProxyHarness proxy = ProxyHarness.to(upstream, spoken);
        RawClient client = proxy.connect()) {
      for (int i = 0; i < 12; i++) { // some of them just while it closes
        client.request("GET", "/proxy/" + i);
        assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("fine");
        Harness.pause(196 + i % 6);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, '', 200, 2",
    "DELETE, '', 200, 2",
    "POST, '', 502, 1",
    "PUT, xyz, 502, 1",
  })
  void staleConnectionIsReplacedWhereThatIsSafe(
      String method, String body, int status, int connections) throws Exception {
    try (RawUpstream upstream =
            RawUpstream.start((self, socket, number) -> {
              answerAll(self, socket, number == 1 ? 1 : 10);
              self.readHead(socket); // and closes without an answer
            });
        ProxyHarness proxy = ProxyHarness.to(upstream.uri(), o -> o)) {
      assertThat(proxy.get("/first")).endsWith("fine");
      String answer =
          proxy.front.exchange(
              method
                  + " /proxy/second HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: "
                  + body.length()
                  + "\r\n\r\n"
                  + body);
      assertThat(answer).startsWith("HTTP/1.1 " + status);
      assertThat(upstream.accepted).hasValue(connections);
    }
  }

  @Test
  void requestIsRepeatedOnce() throws Exception {
    try (RawUpstream upstream =
            RawUpstream.start((self, socket, number) -> {
              answerAll(self, socket, number == 1 ? 1 : 0);
              self.readHead(socket);
            });
        ProxyHarness proxy = ProxyHarness.to(upstream.uri(), o -> o)) {
      assertThat(proxy.get("/first")).endsWith("fine");
      assertThat(proxy.get("/second")).startsWith("HTTP/1.1 502");
      assertThat(upstream.accepted).hasValue(2);
    }
  }

  @Test
  void requestWhoseAnswerHasBegunIsNotRepeated() throws Exception {
    try (RawUpstream upstream =
            RawUpstream.start((self, socket, _) -> {
              answerAll(self, socket, 1);
              self.readHead(socket);
              RawUpstream.say(socket, "HT");
            });
        ProxyHarness proxy = ProxyHarness.to(upstream.uri(), o -> o)) {
      assertThat(proxy.get("/first")).endsWith("fine");
      assertThat(proxy.get("/second")).startsWith("HTTP/1.1 502");
      assertThat(upstream.accepted).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", "HTTP/1.1 2", "x"})
  void nobodyGetsWhatNobodyAskedFor(String unasked) throws Exception {
    try (RawUpstream upstream =
            RawUpstream.start((self, socket, _) -> {
              while (!self.readHead(socket).isEmpty()) {
                RawUpstream.say(socket, FINE + unasked);
              }
            });
        ProxyHarness proxy = ProxyHarness.to(upstream.uri(), o -> o)) {
      for (int i = 0; i < 5; i++) {
        assertThat(proxy.get("/")).startsWith("HTTP/1.1 200").endsWith("fine");
      }
      assertThat(upstream.accepted).hasValue(5);
    }
  }

  @Test
  void furtherRequestsWaitForConnection() throws Exception {
    try (Harness upstream =
            ProxyHarness.upstream((request, response) -> response.text(request.path()));
        ProxyHarness proxy =
            ProxyHarness.to(upstream, ProxyHarness.Spoken.HTTP1, o -> o.withMaxConnections(2))) {
      inParallel(
          8,
          worker -> {
            for (int i = 0; i < 10; i++) {
              String path = "/" + worker + "/" + i;
              assertThat(proxy.get(path)).endsWith(path);
              assertThat(proxy.poolSize()).isLessThanOrEqualTo(2 + 8);
            }
          });
      Harness.await("two connections are left", () -> proxy.poolSize() <= 2);
    }
  }

  @Test
  void furtherStreamsGetFurtherConnections() throws Exception {
    Semaphore arrived = new Semaphore(0);
    Semaphore gate = new Semaphore(0);
    try (Harness upstream =
            ProxyHarness.upstream(
                (request, response) -> {
                  arrived.release();
                  gate.acquire();
                  response.text(request.path());
                },
                o -> o.withMaxStreams(2));
        ProxyHarness proxy = ProxyHarness.to(upstream, ProxyHarness.Spoken.HTTP2);
        Http2Peer peer = Http2Peer.connect(proxy.front)) {
      List<Integer> streams = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        streams.add(peer.get("/proxy/" + i));
      }
      arrived.acquire(5);
      assertThat(proxy.poolSize()).isEqualTo(3);
      gate.release(5);
      for (int i = 0; i < 5; i++) {
        assertThat(peer.await(streams.get(i)).body()).isEqualTo("/" + i);
      }
    }
  }

  private interface Work {
    void run(int worker) throws Exception;
  }

  private static void inParallel(int workers, Work work) throws Exception {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(workers)) { // the handlers' are virtual
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        int worker = i;
        Callable<Boolean> task =
            () -> {
              work.run(worker);
              return true;
            };
        all.add(threads.submit(task));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  // Hang-ups against reuse

  private static void echo(Request request, Response response) throws Exception {
    Harness.spin(request.query("spin", 0, 0, 10_000_000));
    byte[] body = request.bodyBytes();
    Harness.pause(request.query("pause", 0, 0, 100));
    response.text(request.path() + new String(body, java.nio.charset.StandardCharsets.US_ASCII));
  }

  /// Thousands of requests, half of them given up at some moment.
  @ParameterizedTest
  @CsvSource({"HTTP1, 200", "HTTP2, 200", "HTTP1_TLS, 60", "HTTP2_TLS, 100"})
  void noHangUpHitsAnother(ProxyHarness.Spoken spoken, int rounds) throws Exception {
    try (Logs logs = new Logs();
        Harness upstream =
            ProxyHarness.upstream(
                Router.empty()
                    .get("/{id}", ReverseProxyPoolTest::echo)
                    .post("/{id}", ReverseProxyPoolTest::echo));
        ProxyHarness proxy = ProxyHarness.to(upstream, spoken)) {
      assertThat(proxy.get("/warm")).endsWith("/warm");
      long before = sockets();
      inParallel(8, worker -> round(proxy, worker, rounds));
      proxy.awaitNothingIsLeft();
      Harness.await("upstream rests", () -> upstream.server.context().inFlight().running() == 0);
      assertThat(proxy.poolSize()).isLessThanOrEqualTo(spoken.isHttp2() ? 3 : 3 * 8);
      long kept = 2L * proxy.poolSize();
      Harness.await("no socket is left", () -> sockets() <= before + kept);
      assertThat(logs.alarmTexts()).isEmpty();
    }
  }

  private static void round(ProxyHarness proxy, int worker, int rounds) throws Exception {
    Random random = new Random(worker);
    RawClient staying = proxy.connect();
    for (int i = 0; i < rounds; i++) {
      String id = worker + "-" + i;
      String fate = "?pause=" + random.nextInt(3) + "&spin=" + random.nextInt(100_000);
      boolean upload = random.nextBoolean();
      String request =
          upload
              ? Harness.post("/proxy/" + id + fate, "body-" + id)
              : Harness.get("/proxy/" + id + fate);
      RawClient leaving = proxy.connect().send(request);
      String answer = staying.send(request).readResponse();
      assertThat(answer)
          .startsWith("HTTP/1.1 200")
          .endsWith("/" + id + (upload ? "body-" + id : ""));
      Harness.spin(random.nextInt(300_000));
      leaving.leave(random.nextBoolean() ? new Leaving.Close() : new Leaving.Reset());
      RawClient atOnce = proxy.connect().send(request);
      Harness.spin(random.nextInt(2_000_000));
      atOnce.leave(new Leaving.Reset());
    }
    staying.close();
  }

  /// This process's.
  private static long sockets() {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(ReverseProxyPoolTest::isSocket).count();
    } catch (IOException e) {
      return 0; // not Linux
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      return false; // it was the list's own
    }
  }
}
