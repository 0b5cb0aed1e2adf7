package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawHttp2Client;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Streams of one connection: each is cancelled for itself, and all with their connection.
class Http2Test {
  private static final int NO_ERROR = 0;
  private static final int CANCEL = 8;
  private static final int CALM = 11;

  /// So few that a slow machine, too, counts them in the half minute in which they are counted.
  private static final int RESETS = 200;

  private final BlockingQueue<CancelReason> told = new LinkedBlockingQueue<>();
  private final Semaphore arrived = new Semaphore(0);
  private final Semaphore gate = new Semaphore(0);
  private ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
  private Logs logs;
  private Harness harness;

  @BeforeEach
  void start() throws IOException {
    start(Duration.ofMinutes(1));
  }

  private void start(Duration idle) throws IOException {
    level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    logs = new Logs();
    harness =
        Harness.start(
            router(),
            o ->
                o.withMaxBodyBytes(3_000_000)
                    .withReadAheadBytes(65_536)
                    .withMaxResets(RESETS)
                    .withIdleTimeout(idle));
  }

  @AfterEach
  void stop() {
    harness.close();
    System.gc();
    io.netty.buffer.ByteBufAllocator.DEFAULT.buffer(1).release();
    ResourceLeakDetector.setLevel(level);
    logs.close();
    Harness.awaitNothingHeld(harness.server.context());
    assertThat(logs.alarmTexts()).isEmpty();
  }

  private Router router() {
    return Router.empty()
        .get("/", (_, response) -> response.text("fine"))
        .get("/block", this::block)
        .post("/block", this::block)
        .get("/gate", this::await)
        .get("/stream", this::stream)
        .get("/big", (_, response) -> response.bytes("a/b", new byte[200_000]))
        .post("/echo", (request, response) -> response.bytes("a/b", request.bodyBytes()))
        .post("/slow", Http2Test::slow)
        .post("/ignore", (_, response) -> response.text("ignored"));
  }

  private void block(Request request, Response response) throws Exception {
    arrived.release();
    try {
      new Semaphore(0).acquire();
    } finally {
      Cancellation.current().reason().ifPresent(told::add);
    }
  }

  private void await(Request request, Response response) throws Exception {
    arrived.release();
    try {
      gate.acquire();
      response.text("fine");
    } finally {
      Cancellation.current().reason().ifPresent(told::add);
    }
  }

  private void stream(Request request, Response response) throws IOException {
    try {
      OutputStream out = response.stream("a/b");
      arrived.release();
      for (int i = 0; i < 32; i++) {
        out.write(new byte[32 << 10]);
      }
    } finally {
      Cancellation.current().reason().ifPresent(told::add);
    }
  }

  private static void slow(Request request, Response response) throws IOException {
    byte[] part = new byte[1000];
    var all = new java.io.ByteArrayOutputStream();
    for (int n = request.body().read(part); n >= 0; n = request.body().read(part)) {
      all.write(part, 0, n);
      if (all.size() % 100_000 < n) {
        Harness.pause(1);
      }
    }
    response.bytes("a/b", all.toByteArray());
  }

  private CancelReason told() throws InterruptedException {
    return Objects.requireNonNull(told.poll(30, TimeUnit.SECONDS), "nobody was told");
  }

  private void nothingRuns() {
    Harness.await("nothing runs", () -> harness.server.context().inFlight().running() == 0);
  }

  private void isUsable(Http2Peer peer) throws IOException {
    Http2Peer.Answer answer = peer.await(peer.get("/"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("fine");
  }

  // Leaving

  @Test
  void resetCancelsItsStreamAlone() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      int first = peer.get("/gate");
      int given = peer.get("/block");
      int last = peer.get("/gate");
      arrived.acquire(3);
      peer.reset(given, CANCEL);
      assertThat(told()).isEqualTo(new CancelReason.StreamReset(CANCEL));
      AccessEntry entry = harness.nextEntry();
      assertThat(entry.status()).isEqualTo(499);
      assertThat(entry.protocol()).isEqualTo("HTTP/2.0");
      gate.release(2);
      assertThat(peer.await(first).status()).isEqualTo(200);
      assertThat(peer.await(last).status()).isEqualTo(200);
      isUsable(peer);
      assertThat(told).isEmpty();
    }
  }

  @Test
  void goAwayOfTheClientCancelsNothing() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      int stream = peer.get("/gate");
      arrived.acquire();
      peer.client.send(Http2Peer.frame(RawHttp2Client.GOAWAY, 0, 0, new byte[8]));
      peer.awaitPong();
      gate.release();
      assertThat(peer.await(stream).body()).isEqualTo("fine");
      assertThat(told).isEmpty();
    }
  }

  static List<Leaving> leavings() {
    return List.of(new Leaving.Close(), new Leaving.Reset());
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.MethodSource("leavings")
  void lostConnectionIsToldToAll(Leaving leaving) throws Exception {
    Http2Peer peer = Http2Peer.connect(harness);
    peer.get("/block");
    int uploading = peer.post("/block");
    for (int i = 0; i < 20; i++) {
      peer.upload(uploading, new byte[10_000]);
    }
    peer.get("/stream");
    arrived.acquire(3);
    peer.client.leave(leaving);
    for (int i = 0; i < 3; i++) {
      assertThat(told())
          .isInstanceOfAny(
              leaving instanceof Leaving.Reset
                  ? CancelReason.ClientReset.class
                  : CancelReason.ClientClosed.class,
              CancelReason.ClientReset.class, // by a close with unread bytes
              CancelReason.WriteFailed.class); // if the writer is the first to meet it
    }
    nothingRuns();
  }

  @Test
  void halfCloseIsTold() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      peer.get("/block");
      arrived.acquire();
      peer.transport.halfClose();
      assertThat(told()).isEqualTo(new CancelReason.ClientClosed());
    }
  }

  @Test
  void hangUpAfterTheAnswerTellsNobody() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      int stream = peer.get("/");
      peer.await(stream);
      peer.reset(stream, CANCEL);
      isUsable(peer);
    }
    assertThat(harness.nextEntry().reason()).isEmpty();
    assertThat(harness.nextEntry().reason()).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void hundredResetsAtOnceAreAllTold() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      List<Integer> streams = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        streams.add(peer.get("/block"));
      }
      arrived.acquire(100);
      for (int stream : streams) {
        peer.reset(stream, CANCEL);
      }
      for (int i = 0; i < 100; i++) {
        assertThat(told()).isEqualTo(new CancelReason.StreamReset(CANCEL));
      }
      nothingRuns();
      isUsable(peer);
    }
  }

  @Test
  void tooManyResetsEndTheConnection() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      for (int i = 0; i < RESETS; i++) {
        peer.reset(peer.get("/block"), CANCEL);
      }
      isUsable(peer);
      peer.reset(peer.get("/block"), CANCEL);
      assertThat(peer.awaitEnd()).isEqualTo(CALM);
    }
    nothingRuns();
  }

  // Flow control

  @Test
  void writerWithoutWindowWakesAtTheReset() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      int stream = peer.get("/stream");
      peer.awaitUntil(() -> peer.answer(stream).length() == 65_535);
      peer.reset(stream, CANCEL);
      assertThat(told()).isEqualTo(new CancelReason.StreamReset(CANCEL));
      nothingRuns();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/stream", "/big"})
  void writerGoesOnWithTheWindow(String path) throws Exception {
    int whole = path.equals("/big") ? 200_000 : 1 << 20;
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      int stream = peer.get(path);
      peer.awaitUntil(() -> peer.answer(stream).length() == 65_535);
      for (int given = 65_535; given < whole; given += 50_000) {
        peer.allow(stream, 50_000);
      }
      assertThat(peer.await(stream).length()).isEqualTo(whole);
      assertThat(peer.answer(stream).ended).isTrue();
    }
    assertThat(harness.nextEntry().bytes()).isEqualTo(whole);
  }

  @ParameterizedTest
  @ValueSource(ints = {777, 16_384})
  void uploadLargerThanTheReadAheadArrivesWhole(int part) throws Exception {
    byte[] body = new byte[2_000_000];
    new Random(7).nextBytes(body);
    assertThat(upload(body, part)).isEqualTo(body);
  }

  /// Sends as much as the server's windows let it.
  private byte[] upload(byte[] body, int part) throws IOException {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      int stream = peer.post("/slow");
      for (int from = 0; from < body.length; from += part) {
        int to = Math.min(body.length, from + part);
        peer.awaitUntil(() -> to <= peer.window(stream));
        peer.data(stream, Arrays.copyOfRange(body, from, to), to == body.length);
      }
      peer.allow(stream, body.length);
      return peer.await(stream).bytes();
    }
  }

  @Test
  void refusedUploadsGiveTheConnectionsWindowBack() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      for (int i = 0; i < 60; i++) { // 12 MB, three times the connection's window
        int stream = peer.post("/ignore");
        for (int sent = 10_000; sent <= 200_000; sent += 10_000) {
          int more = sent;
          peer.awaitUntil(() -> more <= peer.window(stream) || peer.answer(stream).resets > 0);
          peer.data(stream, new byte[10_000], false);
        }
        assertThat(peer.await(stream).body()).isEqualTo("ignored");
        peer.awaitPong();
      }
      assertThat(peer.window(0)).isGreaterThan(12_000_000);
      int stream = peer.post("/echo");
      peer.data(stream, new byte[1000], true);
      assertThat(peer.await(stream).length()).isEqualTo(1000);
    }
  }

  // Ends

  @Test
  void stoppingServerTellsAll() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      int stream = peer.get("/block");
      arrived.acquire();
      Thread closing = Thread.ofVirtual().start(harness::close);
      assertThat(peer.await(stream).status()).isEqualTo(503);
      assertThat(peer.awaitEnd()).isEqualTo(NO_ERROR);
      assertThat(told()).isEqualTo(new CancelReason.ServerStopping());
      closing.join();
    }
  }

  @Test
  void stragglerDoesNotKeepTheServerOpen() throws Exception {
    AtomicBoolean go = new AtomicBoolean();
    Semaphore there = new Semaphore(0);
    Handler deaf =
        (_, _) -> {
          there.release();
          while (!go.get()) {
            Thread.onSpinWait();
          }
        };
    Harness stubborn = Harness.start(deaf, o -> o.withGrace(Duration.ofMillis(50)));
    try (Http2Peer peer = Http2Peer.connect(stubborn)) {
      peer.get("/");
      there.acquire();
      stubborn.close(); // comes back
      assertThat(peer.awaitEnd()).isEqualTo(NO_ERROR);
      Harness.await("the straggler is reported", () -> !logs.alarms().isEmpty());
      logs.clear();
    } finally {
      go.set(true);
    }
  }

  /// Every other test may be held up for longer than that.
  private void impatient() throws IOException {
    stop();
    start(Duration.ofSeconds(1));
  }

  @Test
  void idleConnectionIsClosed() throws Exception {
    impatient();
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      isUsable(peer);
      assertThat(peer.awaitEnd()).isEqualTo(NO_ERROR);
    }
  }

  @Test
  void silentConnectionIsClosed() throws Exception {
    impatient();
    for (String first : new String[] {"", "PRI * HTTP/2.0"}) {
      assertThat(harness.exchange(first)).isEmpty();
    }
    assertThat(harness.exchange("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).isNotEmpty();
  }

  @Test
  void runningRequestIsNotIdle() throws Exception {
    impatient();
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      int stream = peer.get("/gate");
      Harness.pause(1500);
      gate.release();
      assertThat(peer.await(stream).body()).isEqualTo("fine");
    }
  }

  @Test
  void resetContentHasNoLengthOverHttp2() throws Exception {
    try (Harness harness = Harness.start((_, response) -> response.status(205).text("hello"));
        Http2Peer client = Http2Peer.connect(harness)) {
      Http2Peer.Answer answer = client.await(client.get("/"));
      assertThat(answer.fields.getOrDefault("content-length", "0")).isEqualTo("0");
    }
  }

  @Test
  void noContentHasNoLengthOverHttp2() throws Exception {
    Handler handler = (_, response) -> response.status(204).stream("text/plain", 5).close();
    try (Harness harness = Harness.start(handler);
        Http2Peer client = Http2Peer.connect(harness)) {
      Http2Peer.Answer answer = client.await(client.get("/"));
      assertThat(answer.fields).containsEntry(":status", "204").doesNotContainKey("content-length");
    }
  }
}
