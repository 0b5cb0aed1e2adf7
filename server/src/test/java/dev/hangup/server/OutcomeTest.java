package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.hangup.CancelledException;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a handler can know of its response's fate.
class OutcomeTest {
  private final CompletableFuture<Object> seen = new CompletableFuture<>();

  private static final int SMALL_WINDOW = 4096;

  private final Logs logs = new Logs();
  private final BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();
  private final AtomicReference<Response> asked = new AtomicReference<>();
  private final Semaphore gate = new Semaphore(0);

  @AfterEach
  void quiet() {
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
  }

  private Object nextOutcome() throws InterruptedException {
    return Objects.requireNonNull(outcomes.poll(30, TimeUnit.SECONDS), "no outcome");
  }

  private Handler streaming(int bytes) {
    return (_, response) -> {
      response.stream("application/octet-stream").write(new byte[bytes]);
      response.end();
      asked.set(response);
      await(response);
    };
  }

  private void await(Response response) throws InterruptedException {
    try {
      outcomes.add(response.awaitOutcome());
    } catch (CancelledException | InterruptedException e) {
      outcomes.add(e);
      throw e;
    }
  }

  private void awaitKnown(Outcome outcome) {
    Harness.await(
        "it is " + outcome, () -> asked.get() != null && asked.get().outcome() == outcome);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatTheClientsKernelHasIsDelivered(boolean streamed) throws Exception {
    Handler handler =
        (_, response) -> {
          assertThat(response.outcome()).isSameAs(Outcome.WAITING);
          if (streamed) {
            OutputStream body = response.stream("text/plain");
            body.write('a');
            assertThatIllegalStateException()
                .isThrownBy(response::awaitOutcome)
                .withMessage("the response is not complete (expected: end() before)");
            response.end();
          } else {
            response.text("a");
          }
          await(response);
          gate.acquire();
          outcomes.add(response.outcome());
        };
    try (Harness harness = Harness.start(handler)) {
      RawClient client = harness.connect();
      client.request("GET", "/"); // it need not read
      assertThat(nextOutcome()).isSameAs(Outcome.DELIVERED);
      client.leave(new Leaving.Reset());
      Harness.pause(50);
      gate.release();
      assertThat(nextOutcome()).isSameAs(Outcome.DELIVERED);
      assertThat(harness.nextEntry().reason()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100_000, 1_000_000})
  void whatWaitsForASlowReaderIsNotDelivered(int bytes) throws Exception {
    try (Harness harness = Harness.start(streaming(bytes), o -> o.withWriteAheadBytes(1 << 30));
        RawClient client = RawClient.connect(harness.server.address(), SMALL_WINDOW)) {
      client.request("GET", "/");
      awaitKnown(bytes > 500_000 ? Outcome.WAITING : Outcome.BUFFERED);
      Harness.pause(500); // more than any pause between two looks
      assertThat(outcomes).isEmpty();
      client.readHead();
      client.skip(bytes);
      assertThat(nextOutcome()).isSameAs(Outcome.DELIVERED);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100_000, 1_000_000})
  void whatAResetLeavesUnacknowledgedIsCut(int bytes) throws Exception {
    try (Harness harness = Harness.start(streaming(bytes), o -> o.withWriteAheadBytes(1 << 30))) {
      RawClient client = RawClient.connect(harness.server.address(), SMALL_WINDOW);
      client.request("GET", "/");
      awaitKnown(bytes > 500_000 ? Outcome.WAITING : Outcome.BUFFERED);
      client.leave(new Leaving.Reset());
      assertThat(nextOutcome()).isSameAs(Outcome.CUT);
    }
  }

  @Test
  void clientThatReadsAllAndLeavesAtOnceHasIt() throws Exception {
    try (Harness harness = Harness.start(streaming(10_000))) {
      for (int i = 0; i < 100; i++) {
        RawClient client = harness.connect();
        client.request("GET", "/").readHead();
        assertThat(Chunks.next(client)).hasSize(10_000);
        assertThat(Chunks.next(client)).isEmpty();
        client.leave(new Leaving.Close());
        assertThat(nextOutcome()).isSameAs(Outcome.DELIVERED);
      }
    }
  }

  @Test
  void withoutEpollNoMoreThanBufferedIsKnown() throws Exception {
    try (Harness harness =
            Harness.start(streaming(10), o -> o.withTransport(ServerOptions.Transport.NIO));
        RawClient client = harness.connect()) {
      client.request("GET", "/");
      assertThat(nextOutcome()).isSameAs(Outcome.BUFFERED);
    }
  }

  @Test
  void hangUpBeforeTheEndCuts() throws Exception {
    Handler handler =
        (_, response) -> {
          response.stream("text/plain").write('a');
          try {
            gate.acquire();
          } finally {
            outcomes.add(response.outcome());
          }
        };
    try (Harness harness = Harness.start(handler)) {
      RawClient client = harness.connect();
      client.request("GET", "/").readHead();
      client.leave(new Leaving.Close());
      assertThat(nextOutcome()).isSameAs(Outcome.CUT);
    }
  }

  @Test
  void brokenStreamIsCut() throws Exception {
    Handler handler =
        (_, response) -> {
          OutputStream body = response.stream("text/plain", 3);
          body.write('a');
          try {
            response.end();
          } catch (IOException tooShort) {
            outcomes.add(response.awaitOutcome());
          }
        };
    try (Harness harness = Harness.start(handler)) {
      harness.answer("GET", "/");
      assertThat(nextOutcome()).isSameAs(Outcome.CUT);
    }
  }

  @Test
  void waitingEndsWithTheWork() throws Exception {
    try (Harness harness = Harness.start(streaming(100_000));
        RawClient client = RawClient.connect(harness.server.address(), SMALL_WINDOW)) {
      client.send("GET / HTTP/1.1\r\nHost: test\r\nRequest-Timeout: 1\r\n\r\n");
      assertThat(nextOutcome())
          .isInstanceOfAny(CancelledException.class, InterruptedException.class);
      assertThat(harness.nextEntry().reason().orElseThrow().code()).isEqualTo("deadline_exceeded");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void http2AnswerHasAnOutcomeToo(ServerOptions.Transport transport) throws Exception {
    try (Harness harness = Harness.start(streaming(10), o -> o.withTransport(transport));
        Http2Peer peer = Http2Peer.connect(harness)) {
      peer.await(peer.get("/"));
      boolean epoll = transport == ServerOptions.Transport.EPOLL;
      assertThat(nextOutcome()).isSameAs(epoll ? Outcome.DELIVERED : Outcome.BUFFERED);
    }
  }

  @Test
  void busySiblingIsNotWaitedFor() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    Handler handler =
        (request, response) -> {
          if (request.path().equals("/busy")) {
            OutputStream body = response.stream("application/octet-stream");
            while (ended.getCount() > 0) {
              body.write(new byte[100]);
            }
          } else {
            response.text("a");
            await(response);
            ended.countDown();
          }
        };
    try (Harness harness = Harness.start(handler);
        Http2Peer peer = Http2Peer.connect(harness)) {
      int busy = peer.get("/busy");
      peer.allow(busy, 1 << 30);
      peer.awaitUntil(() -> peer.answer(busy).length() > 10_000);
      peer.get("/");
      assertThat(peer.await(busy).ended).isTrue();
      assertThat(nextOutcome()).isSameAs(Outcome.DELIVERED);
    }
  }

  @Test
  void nothingToEndIsSaid() throws Exception {
    Handler handler =
        (_, response) -> {
          assertThatIllegalStateException()
              .isThrownBy(response::end)
              .withMessage("nothing was sent (expected: a response to end)");
          response.text("a");
          response.end();
        };
    try (Harness harness = Harness.start(handler)) {
      assertThat(harness.answer("GET", "/")).endsWith("\r\n\r\na");
    }
  }

  @Test
  void waitForAnOutcomeEndsWhenTheHandlerHasReturned() throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    Handler handler =
        (_, response) -> {
          response.bytes("application/octet-stream", new byte[1 << 20]);
          Thread _ =
              Thread.ofVirtual()
                  .start(() -> {
                    waits.countDown();
                    try {
                      seen.complete(response.awaitOutcome());
                    } catch (Exception e) {
                      seen.complete(e);
                    }
                  });
          waits.await();
          Thread.sleep(50);
        };
    try (Harness harness = Harness.start(handler);
        RawClient client = harness.connect().send(Harness.get("/"))) {
      Harness.pause(300);
      client.readResponse();
      assertThat(seen.get(30, TimeUnit.SECONDS)).isInstanceOf(Outcome.class);
    }
  }
}
