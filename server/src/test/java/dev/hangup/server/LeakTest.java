package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every buffer is released, however a request ends.
class LeakTest {
  private static final String HOST = " HTTP/1.1\r\nHost: test\r\n";
  private static final String CHUNKED = HOST + "Transfer-Encoding: chunked\r\n\r\n";
  private static final int ROUNDS = 20;

  private final Semaphore arrived = new Semaphore(0);
  private ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
  private Logs logs;

  @BeforeEach
  void watch() {
    logs = new Logs();
    level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
  }

  @AfterEach
  void stop() {
    ResourceLeakDetector.setLevel(level);
    logs.close();
  }

  private void block(Request request, Response response) throws Exception {
    arrived.release();
    new Semaphore(0).acquire();
  }

  private static void fail(Request request, Response response) throws IOException {
    response.stream("text/plain").write(new byte[100_000]);
    throw new HttpException(400, "in mid-stream");
  }

  private static Router router(Handler block) {
    return Router.empty()
        .post("/block", block)
        .get("/block", block)
        .post("/echo", (request, response) -> response.bytes("a/b", request.bodyBytes()))
        .post("/ignore", (_, response) -> response.text("ignored"))
        .post(
            "/half", (request, response) -> response.bytes("a/b", request.body().readNBytes(5000)))
        .get("/fail", LeakTest::fail);
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void everyBufferIsReleased(ServerOptions.Transport transport) throws Exception {
    try (Harness harness =
        Harness.start(
            router(this::block), o -> o.withTransport(transport).withMaxBodyBytes(200_000))) {
      for (int round = 0; round < ROUNDS; round++) {
        answered(harness);
        refused(harness);
        Leaving leaving = round % 2 == 0 ? new Leaving.Close() : new Leaving.Reset();
        abandoned(harness, leaving);
      }
      Harness.await("nothing runs", () -> harness.server.context().inFlight().running() == 0);
      Harness.awaitNothingHeld(harness.server.context());
    }
    assertNoLeaks();
  }

  private static void answered(Harness harness) throws IOException {
    String body = "x".repeat(20_000);
    try (RawClient client = harness.connect()) {
      for (String target : new String[] {"/echo", "/ignore", "/half", "/none"}) {
        client.send(Harness.post(target, body)).readResponse();
      }
      client.send(
          Harness.post("/echo", body) + Harness.post("/ignore", body) + Harness.get("/fail"));
      client.readAll();
    }
    harness.exchange("POST /half" + CHUNKED + "4e20\r\n" + body); // answered before its end
  }

  private static void refused(Harness harness) throws IOException {
    String body = "x".repeat(20_000);
    harness.exchange("POST /%zz" + HOST + "Content-Length: 20000\r\n\r\n" + body);
    harness.exchange("POST /echo" + HOST + "Content-Length: 999999\r\n\r\n" + body);
    harness.exchange("POST /echo" + CHUNKED + "4e20\r\n" + body + "\r\nzz\r\n" + body);
    harness.exchange("POST /block" + CHUNKED + "4e20\r\n" + body + "\r\nzz\r\n" + body);
    harness.exchange("POST /block" + CHUNKED + "fffff\r\n" + body.repeat(11));
    harness.exchange("nonsense\r\n\r\n" + body);
    harness.exchange(
        "POST /ignore"
            + HOST
            + "Connection: close\r\nContent-Length: 20000\r\n\r\n"
            + body
            + Harness.post("/echo", body));
  }

  private void abandoned(Harness harness, Leaving leaving) throws Exception {
    String body = "x".repeat(20_000);
    arrived.drainPermits();
    RawClient uploading = harness.connect();
    uploading.send("POST /block" + HOST + "Content-Length: 100000\r\n\r\n" + body);
    RawClient pipelining = harness.connect();
    pipelining.send(Harness.post("/block", body) + Harness.post("/echo", body).repeat(5));
    RawClient reading = harness.connect();
    reading.send(Harness.get("/fail"));
    arrived.acquire(2);
    harness
        .connect()
        .send("POST /echo" + HOST + "Content-Length: 100000\r\n\r\n" + body)
        .leave(leaving);
    for (RawClient client : new RawClient[] {uploading, pipelining, reading}) {
      client.leave(leaving);
    }
  }

  @Test
  void everyBufferOfAStreamIsReleased() throws Exception {
    try (Harness harness = Harness.start(router(this::block), o -> o.withMaxBodyBytes(200_000))) {
      for (int round = 0; round < ROUNDS; round++) {
        answeredAndReset(harness);
        lost(harness, round % 2 == 0 ? new Leaving.Close() : new Leaving.Reset());
      }
      Harness.await("nothing runs", () -> harness.server.context().inFlight().running() == 0);
      Harness.awaitNothingHeld(harness.server.context());
    }
    assertNoLeaks();
  }

  private void answeredAndReset(Harness harness) throws Exception {
    byte[] part = new byte[10_000];
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      for (String target : new String[] {"/echo", "/ignore", "/half", "/none"}) {
        int stream = peer.post(target);
        peer.data(stream, part, false);
        peer.data(stream, part, true);
        peer.allow(stream, 20_000);
        peer.await(stream);
      }
      int refused = peer.post("/block"); // 413
      for (int i = 0; i < 21; i++) {
        peer.upload(refused, part);
      }
      peer.await(refused);
      peer.await(peer.get("/fail"));
      arrived.drainPermits();
      int given = peer.post("/block");
      peer.data(given, part, false);
      arrived.acquire();
      peer.data(given, part, false);
      peer.reset(given, 8);
      peer.data(given, part, false); // of a closed stream
      peer.awaitPong();
    }
  }

  private void lost(Harness harness, Leaving leaving) throws Exception {
    arrived.drainPermits();
    Http2Peer peer = Http2Peer.connect(harness);
    int uploading = peer.post("/block");
    for (int i = 0; i < 15; i++) {
      peer.upload(uploading, new byte[10_000]);
    }
    peer.get("/fail"); // with less window than it wants
    arrived.acquire();
    peer.client.leave(leaving);
  }

  /// Far more DATA than the connection's window lets it send.
  @Test
  void everyBufferOfAClientThatIgnoresTheWindowIsReleased() throws Exception {
    try (Harness harness = Harness.start(router(this::block), o -> o.withReadAheadBytes(65_536))) {
      for (int round = 0; round < 5; round++) {
        try (Http2Peer peer = Http2Peer.connect(harness)) {
          overflow(peer);
          peer.awaitEnd();
          assertThat(peer.isGone()).isTrue();
        }
      }
      Harness.await("nothing runs", () -> harness.server.context().inFlight().running() == 0);
      Harness.awaitNothingHeld(harness.server.context());
    }
    logs.clear(); // Netty has complained of the client
    assertNoLeaks();
  }

  private static void overflow(Http2Peer peer) throws IOException {
    try {
      for (int i = 0; i < 60; i++) {
        int stream = peer.post(i % 2 == 0 ? "/block" : "/ignore");
        for (int sent = 0; sent < 200_000; sent += 10_000) {
          peer.data(stream, new byte[10_000], false);
        }
      }
    } catch (SocketException closed) {
      // as it deserves
    }
  }

  @Test
  void detectorDetects() {
    leak();
    Harness.await("the leak is reported", this::leakIsReported);
  }

  private static void leak() {
    ByteBufAllocator.DEFAULT.buffer(100).writeInt(7);
  }

  /// A leak is reported by an allocation after the collection.
  private boolean leakIsReported() {
    System.gc();
    ByteBufAllocator.DEFAULT.buffer(1).release();
    return logs.alarmTexts().stream().anyMatch(text -> text.contains("LEAK"));
  }

  private void assertNoLeaks() {
    for (int i = 0; i < 10; i++) {
      assertThat(leakIsReported()).as(() -> String.join("\n", logs.alarmTexts())).isFalse();
      Harness.pause(10);
    }
    assertThat(logs.alarmTexts()).isEmpty();
  }
}
