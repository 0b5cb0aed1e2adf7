package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Cases that other servers have met, see docs/cases.md: what a departed client leaves behind, and
/// what it must not.
class DepartedClientsTest {
  private static final int CANCEL = 8;
  private static final int PROTOCOL_ERROR = 1;

  @TempDir private Path folder;
  private final Logs logs = new Logs();
  private final Semaphore arrived = new Semaphore(0);
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger told = new AtomicInteger();
  private final AtomicInteger cleanedUp = new AtomicInteger();
  private final BlockingQueue<CancelReason> reasons = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
  private final Set<Thread> stale = ConcurrentHashMap.newKeySet();
  private Harness harness;

  @BeforeEach
  void start() throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[8 << 20]);
    Router router =
        Router.empty()
            .get("/", this::answer)
            .get("/block", watched((_, _) -> gate.await()))
            .get("/endless", watched(DepartedClientsTest::endless))
            .get("/deaf", this::ignoreEverything)
            .get("/file", watched((_, response) -> copy(file, response)))
            .get("/large", watched((_, response) -> large(response)))
            .post("/read", watched(this::read));
    harness = Harness.start(router, o -> o.withGrace(Duration.ofMinutes(1)));
  }

  @AfterEach
  void stop() {
    gate.countDown();
    harness.close();
    logs.close();
    assertThat(stale).isEmpty();
    Harness.awaitNothingHeld(harness.server.context());
  }

  private void answer(Request request, Response response) {
    noteStaleFlag();
    response.text("fine");
  }

  private void noteStaleFlag() {
    boolean interrupted = Thread.currentThread().isInterrupted();
    if (interrupted && !Cancellation.current().isCancelled()) {
      stale.add(Thread.currentThread());
    }
  }

  /// Counts what it is told, and how often it cleans up.
  private Handler watched(Handler inner) {
    return (request, response) -> {
      Cancellation.current()
          .onCancel(reason -> {
            told.incrementAndGet();
            reasons.add(reason);
          });
      arrived.release();
      try {
        inner.handle(request, response);
      } finally {
        cleanedUp.incrementAndGet();
      }
    };
  }

  private static void endless(Request request, Response response) throws IOException {
    OutputStream out = response.stream("a/b");
    while (true) {
      out.write(new byte[100]);
      Harness.pause(1);
    }
  }

  private static void copy(Path file, Response response) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      in.transferTo(response.stream("a/b", Files.size(file)));
    }
  }

  private static void large(Response response) throws IOException {
    response.stream("a/b").write(new byte[64 << 20]); // one write, far beyond what can wait
  }

  private void read(Request request, Response response) throws IOException {
    bodies.add(new String(request.bodyBytes(), StandardCharsets.ISO_8859_1));
    response.text("read");
  }

  private void ignoreEverything(Request request, Response response) {
    arrived.release();
    while (gate.getCount() > 0) {
      Thread.interrupted();
      Harness.pause(5);
    }
  }

  private CancelReason nextReason() throws InterruptedException {
    CancelReason reason = reasons.poll(30, TimeUnit.SECONDS);
    assertThat(reason).isNotNull();
    return reason;
  }

  private void nothingRuns() {
    Harness.await("nothing runs", () -> harness.server.context().inFlight().running() == 0);
  }

  private void quietAndGood() throws IOException {
    nothingRuns();
    assertThat(logs.alarmTexts()).isEmpty();
    assertThat(harness.answer("GET", "/")).startsWith("HTTP/1.1 200 ");
  }

  private static void isUsable(Http2Peer peer) throws IOException {
    assertThat(peer.await(peer.get("/")).body()).isEqualTo("fine");
  }

  // HTTP/1.1

  @Test
  void tenPipelinedRequestsEndWithTheirReset() throws Exception {
    RawClient client = harness.connect();
    client.send(Harness.get("/block").repeat(10));
    arrived.acquire();
    client.leave(new Leaving.Reset());
    for (int i = 0; i < 10; i++) {
      assertThat(harness.nextEntry()).matches(entry -> entry.status() == 499);
    }
    assertThat(nextReason()).isEqualTo(new CancelReason.ClientReset());
    assertThat(told).hasValue(1);
    assertThat(arrived.tryAcquire()).isFalse();
    quietAndGood();
  }

  @Test
  void neighboursThatHangUpDisturbNoKeptConnection() throws Exception {
    try (RawClient stays = harness.connect()) {
      for (int i = 0; i < 20; i++) {
        RawClient neighbour = harness.connect();
        neighbour.request("GET", "/block");
        arrived.acquire();
        stays.request("GET", "/");
        neighbour.leave(i % 2 == 0 ? new Leaving.Close() : new Leaving.Reset());
        assertThat(stays.readResponse()).endsWith("fine");
        assertThat(nextReason().isHangUp()).isTrue();
      }
    }
    assertThat(told).hasValue(20);
    quietAndGood();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Close", "Reset"})
  void chunkedUploadThatIsCutEndsOnceAndNeverWhole(String manner) throws Exception {
    for (int round = 1; round <= 20; round++) {
      RawClient client = harness.connect();
      client.send("POST /read HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n");
      client.send("3\r\nabc\r\n");
      arrived.acquire();
      client.leave(manner.equals("Close") ? new Leaving.Close() : new Leaving.Reset());
      assertThat(nextReason().isHangUp()).isTrue();
      assertThat(harness.nextEntry().status()).isEqualTo(499);
      nothingRuns();
      assertThat(cleanedUp).hasValue(round);
    }
    assertThat(told).hasValue(20);
    assertThat(bodies).isEmpty();
    quietAndGood();
  }

  @Test
  void lateBodyOfAClosingRequestIsAnswered() throws Exception {
    try (RawClient client = harness.connect()) {
      client.send(
          "POST /read HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: 4\r\n\r\n");
      arrived.acquire();
      Harness.pause(100); // the handler waits for it
      client.send("late");
      assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("read");
    }
    assertThat(bodies).containsExactly("late");
    assertThat(told).hasValue(0);
    assertThat(harness.nextEntry().reason()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/file", "/large", "/endless"})
  void responseOfADepartedClientStops(String path) throws Exception {
    for (Leaving leaving : new Leaving[] {new Leaving.Close(), new Leaving.Reset()}) {
      RawClient client = RawClient.connect(harness.server.address(), 4096);
      client.request("GET", path).readHead();
      arrived.acquire();
      client.leave(leaving);
      assertThat(nextReason().isHangUp()).isTrue();
      assertThat(harness.nextEntry().reason()).isPresent();
      nothingRuns();
    }
    assertThat(told).hasValue(2);
    assertThat(openHandles("file")).isEmpty();
    quietAndGood();
  }

  private List<String> openHandles(String name) throws IOException {
    Path handles = Path.of("/proc/self/fd");
    String file = folder.toRealPath().resolve(name).toString();
    if (!Files.exists(handles)) {
      return List.of();
    }
    try (var all = Files.list(handles)) {
      return all.map(DepartedClientsTest::target).filter(file::equals).toList();
    }
  }

  private static String target(Path handle) {
    try {
      return Files.readSymbolicLink(handle).toString();
    } catch (IOException gone) {
      return "";
    }
  }

  // HTTP/2

  @Test
  void resetOfOneStreamLetsTheOtherBeFlushed() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      int given = peer.get("/large");
      peer.awaitUntil(() -> peer.answer(given).length() == 65_535); // the connection's window
      int waits = peer.get("/");
      peer.reset(given, CANCEL);
      peer.allow(waits, 65_535);
      assertThat(peer.await(waits).body()).isEqualTo("fine");
      assertThat(nextReason()).isEqualTo(new CancelReason.StreamReset(CANCEL));
      isUsable(peer);
    }
    quietAndGood();
  }

  @ParameterizedTest
  @CsvSource({"/block, false", "/endless, false", "/large, false", "/read, true"})
  void resetWakesWhereverTheHandlerIsBlocked(String path, boolean upload) throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      for (int round = 1; round <= 20; round++) {
        int stream = upload ? peer.post(path) : peer.get(path);
        arrived.acquire();
        peer.reset(stream, CANCEL);
        assertThat(nextReason()).isEqualTo(new CancelReason.StreamReset(CANCEL));
        nothingRuns();
        assertThat(cleanedUp).hasValue(round);
      }
      assertThat(told).hasValue(20);
      peer.allow(0, 1 << 20);
      isUsable(peer);
    }
    assertThat(bodies).isEmpty();
    quietAndGood();
  }

  @Test
  void protocolErrorOfTheConnectionIsToldToItsStreams() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      peer.get("/block");
      peer.post("/read");
      arrived.acquire(2);
      peer.data(0, new byte[1], false); // DATA belongs to a stream
      assertThat(peer.awaitEnd()).isEqualTo(PROTOCOL_ERROR);
      nextReason();
      nextReason();
    }
    assertThat(told).hasValue(2);
    quietAndGood();
  }

  @Test
  void resetsOfAHandlerThatIgnoresThemHarmNobodyElse() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness);
        Http2Peer other = Http2Peer.connect(harness)) {
      for (int i = 0; i < 100; i++) {
        int stream = peer.get("/deaf");
        arrived.acquire();
        peer.reset(stream, CANCEL);
      }
      isUsable(peer);
      isUsable(other);
      Harness.await(
          "only the deaf ones run", () -> harness.server.context().inFlight().running() == 100);
      gate.countDown();
    }
    nothingRuns();
  }

  // Ends

  @Test
  void handlerThatNeverEndsDoesNotPreventTheClose() throws Exception {
    RawClient left = harness.connect();
    left.request("GET", "/endless");
    RawClient stays = harness.connect();
    stays.request("GET", "/block");
    arrived.acquire(2);
    left.leave(new Leaving.Close());
    long begun = System.nanoTime();
    harness.server.close();
    assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(30)); // of its grace
    assertThat(stays.readAll()).startsWith("HTTP/1.1 503 ");
    assertThat(cleanedUp).hasValue(2);
    assertThat(logs.alarmTexts()).isEmpty();
  }

  /// The reset and the answer pass each other.
  @Test
  void resetThatMeetsTheAnswerLeavesNoFlagAndOneCleanUp() throws Exception {
    AtomicBoolean twice = new AtomicBoolean();
    Handler quick =
        watched((request, response) -> {
          noteStaleFlag();
          response.text("quick");
        });
    try (Harness racing = Harness.start(quick);
        Http2Peer peer = Http2Peer.connect(racing)) {
      for (int round = 1; round <= 1_000; round++) {
        peer.reset(peer.get("/"), CANCEL);
        peer.awaitPong();
        Harness.await("it is over", () -> racing.server.context().inFlight().running() == 0);
        twice.compareAndSet(false, cleanedUp.get() > round);
      }
      assertThat(twice).isFalse();
      assertThat(told.get()).isLessThanOrEqualTo(1_000);
      assertThat(peer.await(peer.get("/")).body()).isEqualTo("quick");
    }
    assertThat(logs.alarmTexts()).isEmpty();
  }
}
