package dev.hangup.server.http3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.server.Handler;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.quic.QuicStreamType;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// In which ways HTTP/3's clients leave.
class HangUpTest {
  private static final int REJECTED = 0x10b;
  private static final int CANCELLED = 0x10c;

  @Test
  void stopSendingAloneCancelsARequestThatIsComplete() throws Exception {
    Stay stay = new Stay();
    try (Harness harness = Harness.start(stay);
        Http3Client client = harness.connect()) {
      Http3Call call = client.get("/");
      stay.awaitArrival();
      call.stop(CANCELLED);

      assertThat(stay.awaitTold()).isEqualTo(new CancelReason.StreamReset(CANCELLED));
      assertThat(harness.nextEntry().toString()).contains(" 499 ").contains("stream_reset");
    }
  }

  @Test
  void resetOfTheRequestCancelsWithItsCode() throws Exception {
    Stay stay = new Stay();
    try (Harness harness = Harness.start(stay);
        Http3Client client = harness.connect()) {
      Http3Call call = client.open("POST", "/", f -> f).send(new byte[10]);
      stay.awaitArrival();
      call.breakOff(0x1234);

      assertThat(stay.awaitTold()).isEqualTo(new CancelReason.StreamReset(0x1234));
    }
  }

  @Test
  void resetIsHeardWhileReadingIsPaused() throws Exception {
    Stay stay = new Stay();
    try (Harness harness = Harness.start(stay, o -> o.withReadAheadBytes(64 << 10));
        Http3Client client = harness.connect()) {
      Http3Call call = client.open("POST", "/", f -> f);
      stay.awaitArrival();
      var _ =
          call.stream()
              .writeAndFlush(new DefaultHttp3DataFrame(Unpooled.wrappedBuffer(new byte[1 << 20])));
      LockSupport.parkNanos(Duration.ofMillis(200).toNanos()); // until the windows are full
      call.breakOff(0x1234);

      assertThat(stay.awaitTold()).isEqualTo(new CancelReason.StreamReset(0x1234));
    }
  }

  @Test
  void siblingsGoOn() throws Exception {
    Stay stay = new Stay();
    try (Harness harness = Harness.start(stay);
        Http3Client client = harness.connect()) {
      Http3Call first = client.get("/first");
      Http3Call second = client.get("/second");
      stay.awaitArrival();
      stay.awaitArrival();
      first.reset(CANCELLED);
      stay.awaitTold();

      assertThat(stay.timesTold()).isZero();
      second.reset(CANCELLED);
      stay.awaitTold();
    }
  }

  @Test
  void writerThatWaitsForItsClientIsWoken() throws Exception {
    Semaphore begun = new Semaphore(0);
    CountDownLatch failed = new CountDownLatch(1);
    try (Harness harness =
            Harness.start((_, response) -> {
              try (OutputStream out = response.stream("text/plain")) {
                begun.release();
                while (true) {
                  out.write(new byte[16 << 10]);
                }
              } finally {
                failed.countDown();
              }
            });
        Http3Client client = Http3Client.connect(harness.address(), 4096, "h3")) {
      Http3Call call = client.get("/");
      begun.acquire();
      call.firstBytes();
      call.stop(CANCELLED);
      failed.await();

      assertThat(harness.nextEntry().toString()).contains("stream_reset");
    }
  }

  @Test
  void closedConnectionCancelsAllItsRequests() throws Exception {
    Stay stay = new Stay();
    try (Harness harness = Harness.start(stay)) {
      try (Http3Client client = harness.connect()) {
        for (int i = 0; i < 20; i++) {
          client.get("/" + i);
          stay.awaitArrival();
        }
      }
      for (int i = 0; i < 20; i++) {
        assertThat(stay.awaitTold()).isInstanceOf(CancelReason.ClientClosed.class);
      }
    }
  }

  @Test
  void cutLinkIsFoundWithinTheLimitAndTwoSeconds() throws Exception {
    Stay stay = new Stay();
    try (Harness harness = Harness.start(stay, o -> o.withLiveness(Duration.ofSeconds(1)));
        Relay link = new Relay(harness.address());
        Http3Client client = Http3Client.connect(link.address())) {
      client.get("/");
      stay.awaitArrival();
      link.cut();
      long since = System.nanoTime();

      assertThat(stay.awaitTold()).isInstanceOf(CancelReason.PeerVanished.class);
      Duration after = Duration.ofNanos(System.nanoTime() - since);
      System.out.println("link cut, limit 1 s: told after " + after.toMillis() + " ms");
    }
  }

  /// Where nobody asks, the client's own limit is the shorter one.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clientThatQuicGivesUpHasVanished(boolean writing) throws Exception {
    BlockingQueue<CancelReason> told = new LinkedBlockingQueue<>();
    Handler handler =
        (_, response) -> {
          try (OutputStream out = response.stream("text/plain")) {
            out.write(1);
            out.flush();
            while (writing) {
              out.write(new byte[16 << 10]);
            }
            new CountDownLatch(1).await();
          } finally {
            told.add(Cancellation.current().reason().orElseThrow());
          }
        };
    try (Harness harness = Harness.start(handler, o -> o.withLiveness(Duration.ZERO));
        Relay link = new Relay(harness.address());
        Http3Client client =
            Http3Client.connect(link.address(), 65_536, "h3", Duration.ofSeconds(3))) {
      client.get("/").firstBytes();
      link.cut();

      assertThat(told.poll(20, TimeUnit.SECONDS)).isInstanceOf(CancelReason.PeerVanished.class);
    }
  }

  @Test
  void clientThatMovesGoesOn() throws Exception {
    Stay stay = new Stay();
    try (Harness harness = Harness.start(stay, o -> o.withLiveness(Duration.ofSeconds(3)));
        Relay link = new Relay(harness.address());
        Http3Client client = Http3Client.connect(link.address())) {
      Http3Call call = client.get("/before");
      stay.awaitArrival();
      link.move();
      Http3Call second = client.get("/behind");
      assertThat(stay.awaitArrival()).isEqualTo("/behind");
      LockSupport.parkNanos(Duration.ofSeconds(5).toNanos()); // it is asked, and answers

      assertThat(stay.timesTold()).isZero();
      call.stop(CANCELLED);
      assertThat(stay.awaitTold()).isEqualTo(new CancelReason.StreamReset(CANCELLED));
      assertThat(second.stream().isOpen()).isTrue();
    }
  }

  @Test
  void clientThatOnlyWaitsIsNotMissed() throws Exception {
    Semaphore go = new Semaphore(0);
    try (Harness harness =
            Harness.start(
                (_, response) -> {
                  go.acquire();
                  response.text("at last");
                },
                o -> o.withLiveness(Duration.ofSeconds(3)));
        Http3Client client = harness.connect()) {
      Http3Call call = client.get("/");
      LockSupport.parkNanos(Duration.ofSeconds(5).toNanos()); // the time is what this is about
      go.release();

      assertThat(call.answer().body()).isEqualTo("at last");
    }
  }

  @Test
  void thousandStreamsResetAtOnceAreAllStopped() throws Exception {
    Stay stay = new Stay();
    int streams = 1_000;
    try (Harness harness =
            Harness.start(
                (request, response) -> {
                  if (request.path().equals("/fine")) {
                    response.text("fine");
                  } else {
                    stay.handle(request, response);
                  }
                },
                o -> o.withMaxStreams(streams));
        Http3Client client = harness.connect()) {
      List<Http3Call> calls = new ArrayList<>();
      for (int i = 0; i < streams; i++) {
        calls.add(client.get("/" + i));
      }
      for (int i = 0; i < streams; i++) {
        stay.awaitArrival();
      }
      for (Http3Call call : calls) {
        var _ = call.stream().shutdown(CANCELLED, call.stream().newPromise());
      }
      for (int i = 0; i < streams; i++) {
        assertThat(stay.awaitTold()).isEqualTo(new CancelReason.StreamReset(CANCELLED));
      }
      assertThat(client.get("/fine").answer().body()).isEqualTo("fine");
    }
  }

  @Test
  void placeIsTakenUntilTheHandlerHasReturned() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Semaphore go = new Semaphore(0);
    Semaphore begun = new Semaphore(0);
    try (Harness harness =
            Harness.start(
                (_, _) -> {
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  begun.release();
                  go.acquireUninterruptibly(); // deaf
                  running.decrementAndGet();
                },
                o -> o.withMaxStreams(3));
        Http3Client client = harness.connect()) {
      for (int i = 0; i < 30; i++) {
        Http3Call call = client.get("/" + i);
        if (i < 3) {
          begun.acquire();
        }
        call.reset(CANCELLED);
      }
      assertThat(begun.availablePermits()).isZero();
      go.release(30);
      Harness.await("all have returned", () -> running.get() == 0);
      assertThat(most).hasValue(3);
    }
  }

  @Test
  void tooManyResetsEndTheConnection() throws Exception {
    Stay stay = new Stay();
    try (Harness harness = Harness.start(stay, o -> o.withMaxResets(20));
        Http3Client client = harness.connect();
        Http3Client other = harness.connect()) {
      other.get("/stays");
      stay.awaitArrival();
      for (int i = 0; i < 21; i++) {
        Http3Call call = client.get("/" + i);
        stay.awaitArrival();
        call.reset(CANCELLED);
        stay.awaitTold();
      }
      Harness.await("the connection is closed", () -> !client.isOpen());
      assertThat(other.isOpen()).isTrue();
      assertThat(stay.timesTold()).isZero();
    }
  }

  /// It resets nothing itself, but has the server do it: CVE-2025-8671.
  @Test
  void tooManyProvokedResetsEndTheConnection() throws Exception {
    Stay stay = new Stay();
    try (Harness harness = Harness.start(stay, o -> o.withMaxResets(20));
        Http3Client client = harness.connect();
        Http3Client other = harness.connect()) {
      other.get("/stays");
      stay.awaitArrival();
      for (int i = 0; i < 21; i++) {
        assertThat(client.isOpen()).isTrue();
        Http3Call call = client.open("POST", "/" + i, f -> f.add("content-length", "1"));
        stay.awaitArrival();
        call.send(new byte[2]);
        stay.awaitTold();
      }
      Harness.await("the connection is closed", () -> !client.isOpen());
      assertThat(other.isOpen()).isTrue();
      assertThat(stay.timesTold()).isZero();
    }
  }

  @Test
  void serverThatStopsTellsItsHandlers() throws Exception {
    Stay stay = new Stay();
    try (Harness harness = Harness.start(stay);
        Http3Client client = harness.connect()) {
      client.get("/");
      stay.awaitArrival();
      harness.server().close();

      assertThat(stay.awaitTold()).isInstanceOf(CancelReason.ServerStopping.class);
      Harness.await("the connection is closed", () -> !client.isOpen());
    }
  }

  /// Opens one more stream, as Netty's HTTP/3 itself would not, and ends it; so it is reset at once
  /// in any case.
  private static boolean refusesOneMore(Http3Client client) {
    Http3Call call = new Http3Call();
    try {
      call.on(
          Http3Client.await(client.connection().createStream(QuicStreamType.BIDIRECTIONAL, call)));
      return call.end().resetCode() == REJECTED;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void serverThatDrainsLetsRequestsEnd() throws IOException, InterruptedException {
    Semaphore begun = new Semaphore(0);
    Semaphore go = new Semaphore(0);
    try (Harness harness =
            Harness.start((_, response) -> {
              begun.release();
              go.acquire();
              response.text("done");
            });
        Http3Client client = harness.connect()) {
      Http3Call call = client.get("/");
      begun.acquire();
      Thread drain = Thread.ofVirtual().start(harness.server()::drain);
      Harness.await("the second GOAWAY is out", () -> refusesOneMore(client));
      go.release();

      assertThat(call.answer().body()).isEqualTo("done");
      drain.join();
      Harness.await("the connection is closed", () -> !client.isOpen());
    }
  }
}
