package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Request bodies over a connection: read, unread, too long, cut short.
class UploadTest {
  private static final String POST = "POST / HTTP/1.1\r\nHost: test\r\n";
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
  private static final String EXPECT = "Expect: 100-continue\r\n";

  private final Logs logs = new Logs();
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void stop() {
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
  }

  /// Notes what the handler ends with.
  private Harness start(Handler handler, UnaryOperator<ServerOptions> options) throws IOException {
    Handler noting =
        (request, response) -> {
          try {
            handler.handle(request, response);
          } catch (Throwable failure) {
            failures.add(failure);
            throw failure;
          }
        };
    return Harness.start(noting, options);
  }

  private Harness start(Handler handler) throws IOException {
    return start(handler, o -> o);
  }

  private static void echo(Request request, Response response) throws IOException {
    response.bytes("text/plain", request.bodyBytes());
  }

  private static void ignore(Request request, Response response) {
    response.text("ignored");
  }

  private void block(Request request, Response response) throws InterruptedException {
    arrived.countDown();
    gate.await();
    response.text("too late");
  }

  private Throwable nextFailure() throws InterruptedException {
    Throwable failure = failures.poll(30, TimeUnit.SECONDS);
    assertThat(failure).isNotNull();
    return failure;
  }

  @Test
  void chunkedBodyIsRead() throws IOException {
    try (Harness harness = start(UploadTest::echo);
        RawClient client = harness.connect()) {
      client.send(CHUNKED + "3;ext=1\r\nabc\r\n");
      client.send("A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n");
      assertThat(client.readResponse()).endsWith("\r\n\r\nabc0123456789");
      client.send(CHUNKED + "0\r\n\r\n");
      assertThat(client.readResponse()).contains("content-length: 0");
      client.send(POST + "Content-Length: 0\r\n\r\n");
      assertThat(client.readResponse()).contains("content-length: 0");
      client.send(POST + "\r\n");
      assertThat(client.readResponse()).contains("content-length: 0");
    }
  }

  @Test
  void smallUnreadBodyLeavesTheConnectionUsable() throws IOException {
    try (Harness harness = start(UploadTest::ignore);
        RawClient client = harness.connect()) {
      for (int i = 0; i < 3; i++) {
        client.send(POST + "Content-Length: 60000\r\n\r\n");
        assertThat(client.readResponse()).doesNotContain("close").endsWith("ignored");
        client.send(new byte[30_000]).send(new byte[30_000]);
      }
      client.send(CHUNKED + "3\r\nabc\r\n0\r\n\r\n" + POST + "\r\n"); // whole before it is answered
      client.readHead();
    }
  }

  @Test
  void largeUnreadBodyClosesTheConnection() throws IOException {
    try (Harness harness = start(UploadTest::ignore);
        RawClient client = harness.connect()) {
      client.send(POST + "Content-Length: 9000000\r\n\r\n").send(new byte[9_000_000]);
      assertThat(client.readAll()).contains("\r\nconnection: close\r\n").endsWith("ignored");
      Harness.awaitNothingHeld(harness.server.context());
    }
  }

  @Test
  void restOfAnAnsweredBodyMayBeMalformed() throws IOException {
    try (Harness harness = start(UploadTest::ignore);
        RawClient client = harness.connect()) {
      client.send(CHUNKED);
      assertThat(client.readResponse()).contains("\r\nconnection: close\r\n").endsWith("ignored");
      client.send("zz\r\n");
      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void clientThatExpectsItIsToldToContinue() throws IOException {
    try (Harness harness = start(UploadTest::echo);
        RawClient client = harness.connect()) {
      client.send(POST + EXPECT + "Content-Length: 3\r\n\r\n");
      assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      client.send("abc");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("abc");
    }
  }

  @Test
  void clientThatIsNotToldToContinueIsClosed() throws IOException { // it may send the body or not
    try (Harness harness = start(UploadTest::ignore)) {
      assertThat(harness.exchange(POST + EXPECT + "Content-Length: 3\r\n\r\n"))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("\r\nconnection: close\r\n");
    }
  }

  @Test
  void clientThatExpectsTooMuchIsRefusedAtOnce() throws IOException {
    try (Harness harness = start(UploadTest::echo)) {
      assertThat(harness.exchange(POST + EXPECT + "Content-Length: 99999999\r\n\r\n"))
          .startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void oldClientIsNotToldToContinue() throws IOException {
    try (Harness harness = start(UploadTest::echo)) {
      String head = "POST / HTTP/1.0\r\n" + EXPECT + "Content-Length: 3\r\n\r\n";
      assertThat(harness.exchange(head + "abc")).startsWith("HTTP/1.1 200 OK\r\n").endsWith("abc");
    }
  }

  @Test
  void readerOfAMalformedBodyIsTold() throws Exception {
    Handler reads =
        (request, response) -> {
          arrived.countDown();
          echo(request, response);
        };
    try (Harness harness = start(reads);
        RawClient client = harness.connect()) {
      client.send(CHUNKED + "3\r\nabc\r\n");
      arrived.await();
      assertThat(client.send("zz\r\n").readAll()).startsWith("HTTP/1.1 400 ");
      assertThat(nextFailure())
          .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(400));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz\r\n", "186a1\r\n"})
  void handlerThatDoesNotReadABadBodyIsStopped(String chunk) throws Exception {
    try (Harness harness = start(this::block, o -> o.withMaxBodyBytes(100_000));
        RawClient client = harness.connect()) {
      client.send(CHUNKED);
      arrived.await();
      client.send(chunk + "a".repeat(100_001));
      assertThat(client.readAll())
          .startsWith(chunk.startsWith("z") ? "HTTP/1.1 400 " : "HTTP/1.1 413 ");
      nextFailure();
      assertThat(harness.nextEntry().reason())
          .hasValueSatisfying(r -> assertThat(r.code()).isEqualTo("application"));
    }
  }

  @Test
  void handlerThatHasAnsweredIsNotStoppedByABadBody() throws Exception {
    Handler answersFirst =
        (request, response) -> {
          response.text("answered");
          arrived.countDown();
          gate.await();
        };
    try (Harness harness = start(answersFirst);
        RawClient client = harness.connect()) {
      client.send(CHUNKED);
      arrived.await();
      client.send("zz\r\n");
      assertThat(client.readResponse()).endsWith("answered");
      gate.countDown();
      assertThat(client.readAll()).isEmpty();
      assertThat(harness.nextEntry().reason()).isEmpty();
      assertThat(failures).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void longUploadIsPausedAndArrivesWhole(ServerOptions.Transport transport) throws Exception {
    byte[] sent = new byte[24 << 20];
    new Random(7).nextBytes(sent);
    Handler slow =
        (request, response) -> {
          arrived.countDown();
          gate.await();
          response.text(checksum(request.body(), new byte[100_000]));
        };
    try (Harness harness =
            start(slow, o -> o.withTransport(transport).withMaxBodyBytes(sent.length));
        RawClient client = harness.connect()) {
      ReadAhead readAhead = harness.server.context().readAhead();
      client.send(POST + "Content-Length: " + sent.length + "\r\n\r\n");
      Thread sender = Thread.ofVirtual().start(() -> sendAll(client, sent));
      Harness.await("the read-ahead is used up", () -> readAhead.held() >= 1 << 20);
      Harness.pause(50);
      assertThat(readAhead.held()).isLessThan(2 << 20);
      gate.countDown();
      assertThat(client.readResponse()).endsWith("\r\n\r\n" + checksum(sent));
      sender.join();
      Harness.awaitNothingHeld(harness.server.context());
    }
  }

  /// A reader that takes all there is may do so while reading is being paused.
  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void pausedUploadGoesOn(ServerOptions.Transport transport) throws Exception {
    byte[] sent = new byte[64 << 20];
    new Random(8).nextBytes(sent);
    Handler greedy =
        (request, response) -> response.text(checksum(request.body(), new byte[256 << 10]));
    try (Harness harness =
            start(
                greedy,
                o ->
                    o.withTransport(transport)
                        .withMaxBodyBytes(sent.length)
                        .withReadAheadBytes(65536)
                        .withTotalReadAheadBytes(0));
        RawClient client = harness.connect()) {
      client.send(POST + "Content-Length: " + sent.length + "\r\n\r\n").send(sent);
      assertThat(client.readResponse()).endsWith("\r\n\r\n" + checksum(sent));
      Harness.awaitNothingHeld(harness.server.context());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void hangUpDuringAnUploadNeverLooksComplete(ServerOptions.Transport transport) throws Exception {
    Semaphore reading = new Semaphore(0);
    Handler reads =
        (request, response) -> {
          request.body().readNBytes(8);
          reading.release();
          echo(request, response);
        };
    try (Harness harness = start(reads, o -> o.withTransport(transport))) {
      for (int round = 0; round < 40; round++) {
        Leaving leaving = round % 2 == 0 ? new Leaving.Close() : new Leaving.Reset();
        String head = round % 4 < 2 ? POST + "Content-Length: 9\r\n\r\n" : CHUNKED + "9\r\n";
        RawClient client = harness.connect().send(head + "12345678");
        reading.acquire();
        client.leave(leaving);
        assertThat(nextFailure())
            .isInstanceOfSatisfying(
                CancelledException.class, e -> assertThat(e.reason().isHangUp()).isTrue());
        assertThat(harness.nextEntry())
            .matches(e -> e.status() == 499 && e.reason().orElseThrow().isHangUp());
      }
      Harness.awaitNothingHeld(harness.server.context());
    }
  }

  @Test
  void hangUpBehindAPausedUploadIsSeen() throws Exception { // NIO cannot
    try (Harness harness =
        start(
            this::block,
            o -> o.withTransport(ServerOptions.Transport.EPOLL).withReadAheadBytes(65536))) {
      RawClient client = harness.connect();
      client.send(POST + "Content-Length: 1000000\r\n\r\n").send(new byte[120_000]);
      Harness.await(
          "reading is paused", () -> harness.server.context().readAhead().held() >= 65536);
      arrived.await();
      client.leave(new Leaving.Close());
      nextFailure();
      assertThat(harness.nextEntry().reason()).contains(new CancelReason.ClientClosed());
    }
  }

  @Test
  void handlerIsToldBeforeItsReadFails() throws Exception {
    BlockingQueue<CancelReason> seen = new LinkedBlockingQueue<>();
    Handler catches =
        (request, response) -> {
          arrived.countDown();
          try {
            request.bodyBytes();
          } catch (CancelledException e) {
            seen.add(Cancellation.current().reason().orElseThrow());
            throw e;
          }
        };
    try (Harness harness = start(catches)) {
      RawClient client = harness.connect();
      client.send(POST + "Content-Length: 9\r\n\r\n1");
      arrived.await();
      client.leave(new Leaving.Close());
      assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo(new CancelReason.ClientClosed());
    }
  }

  private static String checksum(InputStream body, byte[] buffer) throws IOException {
    CRC32 sum = new CRC32();
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      sum.update(buffer, 0, n);
    }
    return HexFormat.of().toHexDigits(sum.getValue());
  }

  private static String checksum(byte[] bytes) {
    CRC32 sum = new CRC32();
    sum.update(bytes);
    return HexFormat.of().toHexDigits(sum.getValue());
  }

  private static void sendAll(RawClient client, byte[] bytes) {
    try {
      client.send(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
