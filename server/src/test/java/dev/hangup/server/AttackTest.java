package dev.hangup.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Attacks by HTTP/1.1, and by connections that say nothing: they cost the server no more than a
/// bound, and others are served meanwhile.
class AttackTest {
  private static final long MEGABYTE = 1 << 20;
  private static final int FAST = 1 << 20;

  private final Logs logs = new Logs();

  @AfterEach
  void stop() {
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
  }

  private static Harness start(UnaryOperator<ServerOptions> options) throws IOException {
    Router router =
        Router.empty()
            .get("/", (_, response) -> response.text("fine"))
            .get("/much", AttackTest::answerWithoutEnd)
            .get("/large", (_, response) -> response.bytes("a/b", new byte[4 << 20]))
            .post("/echo", (request, response) -> response.bytes("a/b", request.bodyBytes()));
    return Harness.start(router, options);
  }

  private static void answerWithoutEnd(Request request, Response response) throws IOException {
    OutputStream out = response.stream("text/plain");
    while (true) {
      out.write(new byte[16 << 10]);
    }
  }

  /// Somebody else is served, before its patience is at its end.
  private static void isServed(Harness harness) throws IOException {
    assertThat(harness.answer("GET", "/")).endsWith("fine");
  }

  private static List<RawClient> connect(Harness harness, int clients) throws IOException {
    List<RawClient> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      all.add(harness.connect());
    }
    return all;
  }

  private static void close(List<? extends AutoCloseable> all) throws Exception {
    for (AutoCloseable one : all) {
      one.close();
    }
  }

  @Test
  void twoHundredHeadsThatTrickleAreRefusedInTime() throws Exception {
    try (Harness harness = start(o -> o.withHeaderTimeout(Duration.ofSeconds(2)))) {
      List<RawClient> attackers = connect(harness, 200);
      for (RawClient attacker : attackers) {
        attacker.send("GET / HTTP/1.1\r\nHost: test\r\nX: ");
      }
      for (int served = 0; harness.entriesWaiting() < attackers.size() + served; served++) {
        for (RawClient attacker : attackers) {
          trickle(attacker);
        }
        isServed(harness);
      }
      Harness.await("all are closed", () -> harness.server.connections() == 0);
      close(attackers);
    }
  }

  private static void trickle(RawClient attacker) throws IOException {
    try {
      attacker.send("a");
    } catch (SocketException closed) {
      // as it deserves
    }
  }

  @Test
  void slowBodiesAndSlowReadersAreCutTogether() throws Exception {
    try (Harness harness = start(o -> o.withMinDataRate(FAST))) {
      List<RawClient> senders = connect(harness, 50);
      List<RawClient> readers = new ArrayList<>();
      for (RawClient sender : senders) {
        sender.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\nslow");
        RawClient reader = RawClient.connect(harness.server.address(), 4096);
        readers.add(reader.send(Harness.get("/much")));
      }
      long direct = Memory.direct();
      while (harness.server.context().inFlight().running() > 10) {
        isServed(harness);
        Harness.pause(100);
      }
      assertThat(Memory.direct()).isLessThan(direct + 50 * (256L << 10) + 8 * MEGABYTE);
      for (RawClient sender : senders) {
        assertThat(sender.readAll()).startsWith("HTTP/1.1 408");
      }
      Harness.await("nothing runs", () -> harness.server.context().inFlight().running() == 0);
      Harness.await("all are closed", () -> harness.server.connections() == 0);
      close(readers);
    }
  }

  /// What waits for clients that read nothing is bounded for all together, streamed or whole, and
  /// given back.
  @ParameterizedTest
  @ValueSource(strings = {"/much", "/large"})
  void answersThatNobodyReadsKeepToTheBudgetOfAll(String path) throws Exception {
    int clients = 200;
    try (Harness harness = start(o -> o.withTotalWriteAheadBytes(MEGABYTE))) {
      WriteAhead ahead = harness.server.context().writeAhead();
      long direct = Memory.direct();
      List<RawClient> readers = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        RawClient reader = RawClient.connect(harness.server.address(), 4096);
        readers.add(reader.send(Harness.get(path)));
      }
      Harness.await("all write", () -> harness.server.context().inFlight().running() == clients);
      Harness.await("much waits", () -> ahead.held() >= MEGABYTE);
      isServed(harness);
      long most = MEGABYTE + clients * 2L * WriteAhead.FLOOR + MEGABYTE;
      assertThat(ahead.held()).isLessThan(most);
      assertThat(Memory.direct()).isLessThan(direct + most + 8 * MEGABYTE);
      close(readers);
      Harness.await("nothing waits", () -> ahead.held() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 1073741824", "Transfer-Encoding: chunked"})
  void hugeUploadIsRefusedLongBeforeItsEnd(String framing) throws Exception {
    try (Harness harness = start(o -> o.withMaxBodyBytes(MEGABYTE));
        RawClient uploader = harness.connect()) {
      CompletableFuture<String> answer = new CompletableFuture<>();
      uploader.send("POST /echo HTTP/1.1\r\nHost: test\r\n" + framing + "\r\n\r\n");
      Thread reading =
          Thread.startVirtualThread(() -> {
            try {
              answer.complete(uploader.readHead());
            } catch (IOException e) {
              answer.completeExceptionally(e);
            }
          });
      byte[] chunk = ("10000\r\n" + "x".repeat(1 << 16) + "\r\n").getBytes(US_ASCII);
      long sent = 0;
      try {
        while (!answer.isDone() && sent < 1 << 30) {
          uploader.send(chunk); // whatever: a body of a known length may be anything
          sent += chunk.length;
        }
      } catch (SocketException closed) {
        // it is slow to hear: the answer is there all the same
      }
      assertThat(answer.join()).startsWith("HTTP/1.1 413").contains("connection: close");
      assertThat(sent).isLessThan(128 * MEGABYTE); // it can only stop when it has heard
      reading.join();
      isServed(harness);
      Harness.awaitNothingHeld(harness.server.context());
    }
  }

  @Test
  void uploadThatHeedsNothingCostsNoMemory() throws Exception {
    try (Harness harness = start(o -> o.withMaxBodyBytes(MEGABYTE));
        RawClient attacker = harness.connect()) {
      isServed(harness);
      long direct = Memory.direct();
      long heap = Memory.heap();
      attacker.send("POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n");
      byte[] chunk = ("10000\r\n" + "x".repeat(1 << 16) + "\r\n").getBytes(US_ASCII);
      try {
        for (int i = 0; i < 2_000; i++) {
          attacker.send(chunk);
          if (i % 200 == 0) {
            isServed(harness);
            assertThat(Memory.direct()).isLessThan(direct + 8 * MEGABYTE);
            assertThat(Memory.heap()).isLessThan(heap + 8 * MEGABYTE);
          }
        }
      } catch (SocketException closed) {
        // as it deserves
      }
      assertThat(harness.nextEntry().status()).isEqualTo(200);
      isServed(harness);
    }
  }

  /// Nothing is raised for it: this process has both ends of each.
  @Test
  void fiveThousandIdleConnectionsAreSmall(TestReporter reporter) throws Exception {
    int connections = 5_000;
    try (Harness harness = start(o -> o.withIdleTimeout(Duration.ofMinutes(5)))) {
      isServed(harness);
      long heap = Memory.heap();
      long direct = Memory.direct();
      long files = openFiles();
      List<SocketChannel> idle = new ArrayList<>();
      ByteBuffer answer = ByteBuffer.allocate(1_000);
      for (int i = 0; i < connections; i++) {
        SocketChannel client = SocketChannel.open(harness.server.address());
        client.write(ByteBuffer.wrap(Harness.get("/").getBytes(US_ASCII)));
        assertThat(client.read(answer.clear())).isPositive();
        idle.add(client);
      }
      assertThat(harness.server.connections()).isGreaterThanOrEqualTo(connections);
      long each = (Memory.heap() - heap + Memory.direct() - direct) / connections;
      reporter.publishEntry("bytes of an idle connection", Long.toString(each));
      assertThat(each).isLessThan(24 << 10);
      isServed(harness);
      assertThat(openFiles()).isGreaterThanOrEqualTo(files + 2L * connections);
      close(idle);
      Harness.await("all are gone", () -> harness.server.connections() == 0);
      Harness.await("all files are closed", () -> openFiles() < files + 20);
    }
  }

  private static long openFiles() {
    return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
        .getOpenFileDescriptorCount();
  }

  /// The answers are read only when all has been sent.
  @Test
  void pipelinedRequestsWithoutNumberAreHeldBack() throws Exception {
    int requests = 50_000;
    try (Harness harness = start(UnaryOperator.identity());
        RawClient attacker = harness.connect()) {
      isServed(harness);
      long heap = Memory.heap();
      long direct = Memory.direct();
      byte[] hundred = Harness.get("/").repeat(100).getBytes(US_ASCII);
      Thread sending =
          Thread.startVirtualThread(() -> {
            try {
              for (int i = 0; i < requests / 100; i++) {
                attacker.send(hundred);
              }
            } catch (IOException cut) {
              // then the reader finds out
            }
          });
      for (int i = 0; i < 20; i++) {
        isServed(harness);
      }
      assertThat(Memory.heap()).isLessThan(heap + 32 * MEGABYTE);
      assertThat(Memory.direct()).isLessThan(direct + 8 * MEGABYTE);
      for (int i = 0; i < requests; i++) {
        assertThat(attacker.readResponse()).endsWith("fine");
      }
      sending.join();
    }
  }

  @Test
  void handshakesThatNeverFinishAreClosed() throws Exception {
    Handler handler = (_, response) -> response.text("fine");
    Tls tls = Tls.selfSigned(java.nio.file.Path.of("target", "tls"));
    byte[] begun = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3}; // a ClientHello of 512 bytes
    try (Harness harness =
        Harness.start(handler, o -> o.withTls(0, tls).withIdleTimeout(Duration.ofSeconds(1)))) {
      List<Socket> attackers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), harness.server.tlsPort());
        socket.getOutputStream().write(begun);
        attackers.add(socket);
      }
      long since = System.nanoTime(); // all have come by now
      isServed(harness);
      Harness.await("all are closed", () -> harness.server.connections() == 0);
      assertThat(System.nanoTime() - since).isLessThan(9_500_000_000L); // not by Netty's 10 s
      isServed(harness);
      close(attackers);
    }
  }
}
