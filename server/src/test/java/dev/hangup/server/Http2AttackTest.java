package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.RawHttp2Client.Frame;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Attacks by HTTP/2: they cost the server no more than a bound, and others are served meanwhile.
/// Resets that a client provokes are in [Http2ResetLimitTest].
class Http2AttackTest {
  private static final long MEGABYTE = 1 << 20;
  private static final int PIECE = 16 << 10;
  private static final int LEAST = 65_535;
  private static final Frame PING = Http2Peer.frame(6, 0, 0, new byte[8]);

  private final Semaphore free = new Semaphore(0);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final Logs logs = new Logs();

  @AfterEach
  void stop() {
    logs.close();
    assertThat(logs.alarmTexts()).noneMatch(text -> text.contains("LEAK"));
  }

  private Router router() {
    return Router.empty()
        .get("/", (_, response) -> response.text("fine"))
        .post("/echo", (request, response) -> response.bytes("a/b", request.bodyBytes()))
        .get("/deaf", this::ignoreTheCancel)
        .get("/much", Http2AttackTest::answerMuch)
        .get("/block", (_, _) -> new CountDownLatch(1).await())
        .post("/block", (_, _) -> new CountDownLatch(1).await());
  }

  private void ignoreTheCancel(Request request, Response response) {
    most.accumulateAndGet(running.incrementAndGet(), Math::max);
    free.acquireUninterruptibly();
    running.decrementAndGet();
  }

  private static void answerMuch(Request request, Response response) throws IOException {
    OutputStream out = response.stream("text/plain");
    for (int i = 0; i < 64; i++) {
      out.write(new byte[PIECE]);
    }
  }

  /// Somebody else is served, before its patience is at its end.
  private static void isServed(Http2Peer other) throws IOException {
    assertThat(other.await(other.get("/")).body()).isEqualTo("fine");
  }

  private static void awaitNothingRuns(Harness harness) {
    Harness.await("nothing runs", () -> harness.server.context().inFlight().running() == 0);
    Harness.await("nothing is held", () -> harness.server.context().readAhead().held() == 0);
  }

  /// As many as are allowed, on each connection; the handlers do not return.
  @Test
  void tenThousandRapidResetsRunNoMoreHandlersThanMayRun() throws Exception {
    try (Harness harness = Harness.start(router(), o -> o.withMaxStreams(50));
        Http2Peer other = Http2Peer.connect(harness)) {
      isServed(other);
      long heap = Memory.heap();
      List<Http2Peer> attackers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        Http2Peer attacker = Http2Peer.connect(harness);
        attackers.add(attacker);
        beginDeaf(attacker);
        for (int k = 0; k < 2_000; k++) {
          attacker.reset(attacker.get("/deaf"), 8);
        }
        isServed(other);
      }
      for (Http2Peer attacker : attackers) {
        attacker.awaitPong();
        assertThat(attacker.goAway()).isEqualTo(Http2Peer.NONE);
      }
      assertThat(most.get()).isBetween(1, 5 * 50);
      assertThat(Memory.heap()).isLessThan(heap + 32 * MEGABYTE);
      isServed(other);
      free.release(10_000);
      awaitNothingRuns(harness);
    }
  }

  /// What is reset in the same moment may never begin, so one begins before.
  private int beginDeaf(Http2Peer attacker) throws Exception {
    int before = running.get();
    int stream = attacker.get("/deaf");
    Harness.await("one runs", () -> running.get() > before);
    return stream;
  }

  /// Of the handlers that it has begun none returns, none is begun in their place.
  @Test
  void tenThousandRapidResetsOnOneConnectionEndIt() throws Exception {
    try (Harness harness = Harness.start(router());
        Http2Peer attacker = Http2Peer.connect(harness);
        Http2Peer other = Http2Peer.connect(harness)) {
      isServed(other);
      long heap = Memory.heap();
      int first = beginDeaf(attacker);
      for (int i = 1; i <= 10_000; i++) {
        int stream = first + 2 * i;
        attacker.say(
            List.of(
                Http2Peer.frame(1, 5, stream, Http2Peer.block(Http2Frames.with(":path", "/deaf"))),
                Http2Peer.frame(3, 0, stream, Http2Peer.number(8))));
        if (i % 1_000 == 0) {
          isServed(other);
        }
      }
      assertThat(attacker.awaitEnd()).isEqualTo(Http2Frames.CALM);
      assertThat(most.get()).isBetween(1, 250);
      assertThat(harness.server.context().inFlight().running()).isLessThanOrEqualTo(250);
      assertThat(Memory.heap()).isLessThan(heap + 32 * MEGABYTE);
      isServed(other);
      free.release(10_000);
      awaitNothingRuns(harness);
    }
  }

  @Test
  void resetsPastTheLimitEndTheConnection() throws Exception {
    int resets = 200; // in half a minute, also on a slow machine
    try (Harness harness = Harness.start(router(), o -> o.withMaxResets(resets));
        Http2Peer attacker = Http2Peer.connect(harness);
        Http2Peer other = Http2Peer.connect(harness)) {
      for (int i = 0; i <= resets; i++) {
        int stream = attacker.get("/block");
        attacker.say(List.of(Http2Peer.frame(3, 0, stream, Http2Peer.number(8))));
      }
      assertThat(attacker.awaitEnd()).isEqualTo(Http2Frames.CALM);
      isServed(other);
      awaitNothingRuns(harness);
    }
  }

  /// What can be sent without end.
  static Stream<Arguments> floods() {
    return Stream.of(
        argumentSet("SETTINGS", Http2Peer.frame(4, 0, 0, Http2Frames.setting(4, 65_535))),
        argumentSet("PING", PING),
        argumentSet("PING's answers", Http2Peer.frame(6, 1, 0, new byte[8])),
        argumentSet("empty DATA", Http2Peer.frame(0, 0, 1, new byte[0])),
        argumentSet("PRIORITY", Http2Peer.frame(2, 0, 3, Http2Frames.priority(1))),
        argumentSet("WINDOW_UPDATE", Http2Frames.window(0, 1)),
        argumentSet("RST_STREAM of one stream", Http2Peer.frame(3, 0, 1, Http2Peer.number(8))),
        argumentSet("unknown frames", Http2Peer.frame(99, 0, 0, new byte[8])));
  }

  /// To be sent at once.
  private static byte[] thousand(Frame frame) {
    byte[] payload = frame.payload().array();
    byte[] one =
        Http2Frames.join(
            Http2Frames.bytes(0, 0, payload.length, frame.type(), frame.flags()),
            Http2Peer.number(frame.stream()),
            payload);
    return Http2Frames.join(Collections.nCopies(1_000, one).toArray(byte[][]::new));
  }

  /// The attacker reads nothing: what it is to be told piles up, to a bound.
  @ParameterizedTest
  @MethodSource("floods")
  void floodIsBounded(Frame flood) throws Exception {
    try (Harness harness = Harness.start(router());
        RawClient raw = RawClient.connect(harness.server.address(), 4096);
        Http2Peer other = Http2Peer.connect(harness)) {
      Http2Peer attacker = Http2Peer.over(raw);
      attacker.client.send(Http2Frames.post());
      isServed(other);
      long heap = Memory.heap();
      long direct = Memory.direct();
      byte[] thousand = thousand(flood);
      try {
        for (int i = 0; i < 300; i++) {
          raw.send(thousand);
          if (i % 30 == 0) {
            isServed(other);
          }
        }
      } catch (IOException ended) {
        // as it deserves
      }
      isServed(other);
      assertThat(Memory.direct()).isLessThan(direct + 8 * MEGABYTE);
      assertThat(Memory.heap()).isLessThan(heap + 8 * MEGABYTE);
      raw.leave(new Leaving.Close());
      awaitNothingRuns(harness);
    }
  }

  /// Netty gives up at 10,000 by itself: with many connections, that is too late.
  @Test
  void whoAsksForAcknowledgementsAndReadsNoneIsCut() throws Exception {
    try (Harness harness = Harness.start(router());
        RawClient raw = RawClient.connect(harness.server.address(), 4096)) {
      Http2Peer.over(raw);
      byte[] thousand = thousand(PING);
      int sent = 0;
      try {
        while (sent < 2_000) {
          raw.send(thousand);
          sent++;
        }
      } catch (IOException ended) {
        // as it deserves
      }
      assertThat(sent).isLessThan(2_000);
      Harness.await("it is gone", () -> harness.server.connections() == 0);
    }
  }

  /// A byte each brings a field of 4,000 bytes (RFC 7541 §7.3).
  @Test
  void headThatGrowsByIndexIsRefused() throws Exception {
    try (Harness harness = Harness.start(router());
        Http2Peer attacker = Http2Peer.connect(harness);
        Http2Peer other = Http2Peer.connect(harness)) {
      byte[] literal = Http2Peer.block("bomb", "x".repeat(3_900));
      literal[0] = 0x40; // to be remembered
      byte[] references = new byte[8_000];
      Arrays.fill(references, (byte) 0xbe); // the newest of the table
      byte[] block = Http2Frames.join(Http2Peer.block(Http2Frames.fields()), literal, references);
      long heap = Memory.heap();
      attacker.say(List.of(Http2Peer.frame(1, Http2Frames.WHOLE, 1, block)));
      attacker.awaitUntil(() -> attacker.answer(1).isDecided() || attacker.goAway() > 0);
      assertThat(attacker.answer(1).status() == 431 || attacker.goAway() > 0).isTrue();
      assertThat(Memory.heap()).isLessThan(heap + 4 * MEGABYTE);
      isServed(other);
      awaitNothingRuns(harness);
    }
  }

  @Test
  void bigContinuationsEndTheConnection() throws Exception {
    try (Harness harness = Harness.start(router());
        Http2Peer attacker = Http2Peer.connect(harness);
        Http2Peer other = Http2Peer.connect(harness)) {
      Frame more = Http2Peer.frame(Http2Frames.CONTINUATION, 0, 1, new byte[PIECE]);
      attacker.say(List.of(Http2Frames.open()));
      attacker.say(Collections.nCopies(200, more));
      attacker.awaitEnd();
      assertThat(attacker.isGone()).isTrue();
      isServed(other);
    }
  }

  /// They cost a look each, and bring next to nothing.
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void smallContinuationsEndTheConnection(int bytes) throws Exception {
    try (Harness harness = Harness.start(router());
        Http2Peer attacker = Http2Peer.connect(harness);
        Http2Peer other = Http2Peer.connect(harness)) {
      byte[] small = bytes == 0 ? new byte[0] : new byte[] {(byte) 0x82}; // `:method: GET`
      Frame more = Http2Peer.frame(Http2Frames.CONTINUATION, 0, 1, small);
      attacker.say(List.of(Http2Frames.open()));
      attacker.say(Collections.nCopies(20_000, more));
      assertThat(attacker.awaitEnd()).isEqualTo(Http2Frames.CALM);
      isServed(other);
    }
  }

  @Test
  void emptyDataWithoutEndEndsTheConnection() throws Exception {
    try (Harness harness = Harness.start(router());
        Http2Peer attacker = Http2Peer.connect(harness);
        Http2Peer other = Http2Peer.connect(harness)) {
      int stream = attacker.post("/echo");
      attacker.say(Collections.nCopies(10_000, Http2Peer.frame(0, 0, stream, new byte[0])));
      assertThat(attacker.awaitEnd()).isEqualTo(Http2Frames.CALM);
      isServed(other);
      awaitNothingRuns(harness);
    }
  }

  /// The answers wait for ever, each with no more than its write-ahead.
  @Test
  void closedWindowHoldsNoMoreThanTheWriteAhead() throws Exception {
    int streams = 200;
    int writeAhead = 64 << 10;
    try (Harness harness = Harness.start(router(), o -> o.withWriteAheadBytes(writeAhead));
        Http2Peer attacker = Http2Peer.connect(harness);
        Http2Peer other = Http2Peer.connect(harness)) {
      isServed(other);
      long direct = Memory.direct();
      long heap = Memory.heap();
      attacker.client.send(Http2Peer.frame(4, 0, 0, Http2Frames.setting(4, 0)));
      for (int i = 0; i < streams; i++) {
        attacker.get("/much");
      }
      attacker.awaitUntil(() -> attacker.answer(2 * streams - 1).status() == 200);
      isServed(other);
      long most = streams * (writeAhead + 2L * PIECE) + 8 * MEGABYTE;
      assertThat(Memory.direct() - direct).isLessThan(most);
      assertThat(Memory.heap() - heap).isLessThan(most); // where the answers themselves are
      attacker.client.leave(new Leaving.Close());
      awaitNothingRuns(harness);
    }
  }

  @Test
  void windowThatOpensByteByByteCostsNoMemory() throws Exception {
    try (Harness harness = Harness.start(router());
        Http2Peer attacker = Http2Peer.connect(harness);
        Http2Peer other = Http2Peer.connect(harness)) {
      isServed(other);
      attacker.client.send(Http2Peer.frame(4, 0, 0, Http2Frames.setting(4, 0)));
      long direct = Memory.direct();
      int stream = attacker.get("/much");
      int bytes = 2_000;
      for (int i = 0; i < bytes; i++) {
        attacker.client.send(Http2Frames.window(stream, 1));
      }
      attacker.awaitUntil(() -> attacker.answer(stream).length() == bytes);
      attacker.awaitPong();
      assertThat(attacker.answer(stream).length()).isEqualTo(bytes);
      assertThat(Memory.direct()).isLessThan(direct + 4 * MEGABYTE);
      isServed(other);
      attacker.client.leave(new Leaving.Close());
      awaitNothingRuns(harness);
    }
  }

  /// It keeps to the window, and looks for an answer now and then.
  @Test
  void hugeUploadIsRefusedLongBeforeItsEnd() throws Exception {
    try (Harness harness = Harness.start(router(), o -> o.withMaxBodyBytes(MEGABYTE));
        Http2Peer uploader = Http2Peer.connect(harness)) {
      int stream = uploader.post("/echo");
      long sent = 0;
      while (!uploader.answer(stream).isDecided() && sent < 64 * MEGABYTE) {
        long next = sent + PIECE;
        uploader.awaitUntil(
            () -> uploader.answer(stream).isDecided() || next <= uploader.window(stream));
        uploader.data(stream, new byte[PIECE], false);
        sent = next;
      }
      assertThat(uploader.answer(stream).status()).isEqualTo(413);
      assertThat(sent).isLessThan(4 * MEGABYTE);
      assertThat(uploader.await(uploader.get("/")).body()).isEqualTo("fine");
    }
  }

  /// What it sends on is dropped. Neither the window nor the reset stops it: it costs bandwidth.
  @Test
  void uploadThatHeedsNothingCostsNoMemory() throws Exception {
    try (Harness harness = Harness.start(router(), o -> o.withMaxBodyBytes(MEGABYTE));
        Http2Peer attacker = Http2Peer.connect(harness);
        Http2Peer other = Http2Peer.connect(harness)) {
      isServed(other);
      long direct = Memory.direct();
      attacker.post("/echo");
      Frame piece = Http2Peer.frame(0, 0, 1, new byte[PIECE]);
      for (int i = 0; i < 8; i++) {
        attacker.say(Collections.nCopies(1_000, piece));
        isServed(other);
        assertThat(Memory.direct()).isLessThan(direct + 16 * MEGABYTE);
      }
      attacker.awaitUntil(() -> attacker.answer(1).isDecided());
      // told, or reset for what it sent beyond its window
      assertThat(attacker.isGone() || attacker.answer(1).isDecided()).isTrue();
      awaitNothingRuns(harness);
    }
  }

  /// What a window was opened for must be taken: no more is opened than the budget has, beyond the
  /// least that there is for each connection. A frame may be on its way past each bound.
  @ParameterizedTest
  @ValueSource(longs = {200 << 10, 2 << 20}) // less than one long upload is promised, and more
  void uploadsThatNobodyReadsKeepToTheBudgetOfAll(long budget) throws Exception {
    int uploaders = 6;
    List<Http2Peer> peers = new ArrayList<>();
    try (Harness harness = Harness.start(router(), o -> o.withTotalReadAheadBytes(budget));
        Http2Peer other = Http2Peer.connect(harness)) {
      isServed(other);
      long direct = Memory.direct();
      long taken = 0;
      for (int i = 0; i < uploaders; i++) {
        Http2Peer peer = Http2Peer.connect(harness);
        peers.add(peer);
        taken += fillWindows(peer);
      }
      isServed(other);
      ReadAhead readAhead = harness.server.context().readAhead();
      assertThat(readAhead.held() + readAhead.reserved()).isBetween(budget / 2, budget + PIECE);
      assertThat(taken).isBetween(budget / 2, budget + uploaders * (long) (LEAST + PIECE));
      assertThat(Memory.direct() - direct).isLessThan(2 * taken + 8 * MEGABYTE);
      int echo = other.post("/echo"); // a body that is read comes through, with nothing to spare
      byte[] body = new byte[PIECE];
      other.data(echo, body, true);
      assertThat(other.await(echo).bytes()).isEqualTo(body);
      for (Http2Peer peer : peers) {
        peer.client.leave(new Leaving.Reset());
      }
      awaitNothingRuns(harness);
      Harness.await("nothing is promised", () -> readAhead.reserved() == 0);
    }
  }

  /// Sends to handlers that read nothing until no window lets it.
  private static long fillWindows(Http2Peer peer) throws IOException {
    long sent = 0;
    for (int i = 0; i < 200 && peer.window(0) >= sent + PIECE; i++) {
      int stream = peer.post("/block");
      long before = sent;
      while (Math.min(peer.window(0) - sent, peer.window(stream) - (sent - before)) >= PIECE) {
        peer.data(stream, new byte[PIECE], false);
        peer.awaitPong(); // with it comes what the window was widened by
        sent += PIECE;
      }
    }
    return sent;
  }

  private static void awaitEnd(RawClient client) throws IOException {
    try {
      client.readAll();
    } catch (SocketException reset) {
      // an end, too
    }
  }

  /// The preface, the first frame, a head: each begun, and never finished.
  @Test
  void whatIsBegunAndNeverFinishedIsClosed() throws Exception {
    byte[] settings = Http2Frames.bytes(0, 0, 0, 4, 0, 0, 0, 0, 0);
    byte[] head = Http2Frames.bytes(0, 0, 100, 1, 5, 0, 0, 0, 1);
    byte[] all =
        Http2Frames.join(
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            settings,
            head,
            Http2Peer.block(Http2Frames.fields()));
    try (Harness harness = Harness.start(router(), o -> o.withIdleTimeout(Duration.ofSeconds(1)))) {
      List<RawClient> attackers = new ArrayList<>();
      for (int bytes : new int[] {10, 24, 30, 33, 60}) {
        for (int i = 0; i < 20; i++) {
          attackers.add(harness.connect().send(Arrays.copyOf(all, bytes)));
        }
      }
      for (RawClient attacker : attackers) {
        awaitEnd(attacker);
        attacker.leave(new Leaving.Close());
      }
      Harness.await("all are closed", () -> harness.server.connections() == 0);
    }
  }
}
