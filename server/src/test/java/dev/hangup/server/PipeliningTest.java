package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Requests that come before the last one is answered wait for their turn.
class PipeliningTest {
  private final List<String> started = new CopyOnWriteArrayList<>();
  private final Semaphore arrived = new Semaphore(0);
  private final CountDownLatch gate = new CountDownLatch(1);
  private Logs logs;
  private Harness harness;

  @BeforeEach
  void start() throws IOException {
    start(ServerOptions.Transport.AUTO);
  }

  private void start(ServerOptions.Transport transport) throws IOException {
    if (harness != null) {
      stop();
    }
    logs = new Logs();
    Router router =
        Router.empty()
            .get("/gate", this::await)
            .get("/{id}", this::answer)
            .post("/{id}", this::answer);
    harness = Harness.start(router, o -> o.withTransport(transport).withReadAheadBytes(65536));
  }

  private void await(Request request, Response response) throws InterruptedException {
    started.add("gate");
    arrived.release();
    gate.await();
    response.text("gate");
  }

  private void answer(Request request, Response response) throws IOException {
    started.add(request.pathParameter("id"));
    response.text(
        request.pathParameter("id") + new String(request.bodyBytes(), StandardCharsets.UTF_8));
  }

  @AfterEach
  void stop() {
    harness.close();
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
    Harness.awaitNothingHeld(harness.server.context());
  }

  private static String gets(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> Harness.get("/" + i))
        .collect(Collectors.joining());
  }

  @Test
  void fiftyInOneWriteAreAnsweredInOrder() throws IOException {
    try (RawClient client = harness.connect()) {
      client.send(gets(0, 50));
      for (int i = 0; i < 50; i++) {
        assertThat(client.readResponse()).endsWith("\r\n\r\n" + i);
      }
    }
  }

  @Test
  void kindsMix() throws IOException {
    try (RawClient client = harness.connect()) {
      client.send(
          Harness.post("/a", "1")
              + "HEAD /b HTTP/1.1\r\nHost: test\r\n\r\n"
              + Harness.get("/c")
              + "POST /d HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "1\r\n2\r\n0\r\nTrailer: x\r\n\r\n"
              + Harness.post("/e", "3"));
      assertThat(client.readResponse()).endsWith("\r\n\r\na1");
      assertThat(client.readHead()).contains("\r\ncontent-length: 1\r\n");
      assertThat(client.readResponse()).endsWith("\r\n\r\nc");
      assertThat(client.readResponse()).endsWith("\r\n\r\nd2");
      assertThat(client.readResponse()).endsWith("\r\n\r\ne3");
    }
  }

  @Test
  void requestsAreLoggedInOrder() throws Exception {
    try (RawClient client = harness.connect()) {
      client.send(gets(0, 200));
      for (int i = 0; i < 200; i++) {
        client.readResponse();
      }
    }
    for (int i = 0; i < 200; i++) {
      assertThat(harness.nextEntry().target()).isEqualTo("/" + i);
    }
  }

  @Test
  void requestsBehindTheLastAnswerAreNotHandled() throws Exception {
    String close = "GET /last HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
    assertThat(harness.exchange(close + gets(0, 10))).endsWith("\r\n\r\nlast");
    assertThat(harness.nextEntry().target()).isEqualTo("/last");
    harness.answer("GET", "/fence");
    assertThat(harness.nextEntry().target()).isEqualTo("/fence");
    assertThat(started).containsExactly("last", "fence");
  }

  @Test
  void refusalWaitsForItsTurn() throws Exception {
    try (RawClient client = harness.connect()) {
      client.send(Harness.get("/gate") + gets(0, 2) + "nonsense\r\n\r\n" + gets(2, 4));
      arrived.acquire();
      gate.countDown();
      assertThat(client.readResponse()).endsWith("\r\n\r\ngate");
      assertThat(client.readResponse()).endsWith("\r\n\r\n0");
      assertThat(client.readResponse()).endsWith("\r\n\r\n1");
      assertThat(client.readAll()).startsWith("HTTP/1.1 400 ");
    }
    assertThat(started).containsExactly("gate", "0", "1");
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void requestsWhoseClientLeavesAreNotStarted(ServerOptions.Transport transport) throws Exception {
    start(transport);
    for (Leaving leaving : new Leaving[] {new Leaving.Close(), new Leaving.Reset()}) {
      RawClient client = harness.connect();
      client.send(Harness.get("/gate") + gets(1, 10));
      arrived.acquire();
      client.leave(leaving);
      String code = leaving instanceof Leaving.Close ? "client_closed" : "client_reset";
      List<AccessEntry> entries = new CopyOnWriteArrayList<>();
      for (int i = 0; i < 10; i++) {
        entries.add(harness.nextEntry());
      }
      assertThat(entries)
          .allMatch(e -> e.status() == 499 && e.reason().orElseThrow().code().equals(code));
      assertThat(entries).extracting(AccessEntry::target).doesNotHaveDuplicates();
    }
    assertThat(started).containsExactly("gate", "gate");
    assertThat(harness.entriesWaiting()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void floodIsPausedAndThenAnswered(ServerOptions.Transport transport) throws Exception {
    start(transport);
    int flood = 5_000;
    ReadAhead readAhead = harness.server.context().readAhead();
    try (RawClient client = harness.connect()) {
      client.send(Harness.get("/gate"));
      arrived.acquire();
      Thread sender = Thread.ofVirtual().start(() -> sendAll(client, gets(0, flood)));
      Harness.await("reading is paused", () -> readAhead.held() >= 65536);
      assertThat(readAhead.held()).isLessThan(8 << 20); // what one read may bring, and no more
      gate.countDown();
      assertThat(client.readResponse()).endsWith("\r\n\r\ngate");
      for (int i = 0; i < flood; i++) {
        assertThat(client.readResponse()).endsWith("\r\n\r\n" + i);
      }
      sender.join();
    }
  }

  private static void sendAll(RawClient client, String text) {
    try {
      client.send(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
