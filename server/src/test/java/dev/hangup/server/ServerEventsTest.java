package dev.hangup.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.hangup.CancelScope;
import dev.hangup.CancelledException;
import dev.hangup.Fork;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerEventsTest {
  private static final String HEARTBEAT = ":\n\n";

  private final Logs logs = new Logs();
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private final Semaphore emitted = new Semaphore(0);
  private final Semaphore gate = new Semaphore(0);

  @AfterEach
  void quiet() {
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
  }

  private static UnaryOperator<ServerEvents.Options> beating(int millis) {
    return o -> o.withHeartbeat(Duration.ofMillis(millis));
  }

  @Test
  void eventsAreWrittenAsTheyAreRead() throws Exception {
    Handler handler =
        (_, response) -> {
          ServerEvents events = response.events();
          events.emit("one\r\ntwo\rthree\nfour\n");
          events.emit(
              ServerEvent.of("é").withId("7").withName("price").withRetry(Duration.ofMillis(1500)));
          events.emit("");
          events.comment("for\npeople");
        };
    try (Harness harness = Harness.start(handler)) {
      String answer = harness.answer("GET", "/");
      assertThat(answer)
          .contains("content-type: text/event-stream\r\n")
          .contains("cache-control: no-store\r\n")
          .contains("X-Accel-Buffering: no\r\n")
          .doesNotContain("vary");
      assertThat(Chunks.of(answer))
          .containsExactly(
              "data: one\ndata: two\ndata: three\ndata: four\ndata: \n\n",
              "id: 7\nevent: price\nretry: 1500\ndata: é\n\n",
              "data: \n\n",
              ": for\n: people\n\n");
    }
  }

  @Test
  void whatWasSetIsKept() throws Exception {
    Handler handler =
        (_, response) -> {
          response.header("Cache-Control", "private").header("X-Accel-Buffering", "yes");
          response.events();
        };
    try (Harness harness = Harness.start(handler)) {
      assertThat(harness.answer("GET", "/"))
          .contains("Cache-Control: private\r\n", "X-Accel-Buffering: yes\r\n")
          .doesNotContain("no-store");
    }
  }

  @Test
  void fieldsThatWouldBreakTheStreamAreRefused() {
    ServerEvent event = ServerEvent.of("x");
    for (String id : new String[] {"a\nb", "a\rb", "a\0b"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> event.withId(id))
          .withMessageMatching("id: a\\\\[nr0]b \\(expected: no NUL, no line break\\)");
    }
    for (String name : new String[] {"a\nb", "a\rb"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> event.withName(name))
          .withMessageMatching("name: a\\\\[nr]b \\(expected: no line break\\)");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> event.withRetry(Duration.ofMillis(-1)))
        .withMessage("retry: PT-0.001S (expected: 0 or more)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerEvents.Options.DEFAULTS.withHeartbeat(Duration.ofNanos(-1)))
        .withMessage("heartbeat: PT-0.000000001S (expected: 0 to 365 days)");
  }

  @Test
  void clientThatComesAgainSaysWhatItHas() throws Exception {
    Handler handler = (request, response) -> response.text(request.lastEventId().orElse("none"));
    String head = "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\nLast-Event-ID: ";
    try (Harness harness = Harness.start(handler);
        RawClient client = harness.connect()) {
      assertThat(client.send((head + "né\r\n\r\n").getBytes(UTF_8)).readAll()).endsWith("né");
      assertThat(harness.exchange(head + "\r\n\r\n")).endsWith("none");
      assertThat(harness.answer("GET", "/")).endsWith("none");
    }
  }

  @Test
  void silentStreamBeats() throws Exception {
    Handler handler =
        (_, response) -> {
          response.events(beating(50)).emit("a");
          gate.acquire();
        };
    try (Harness harness = Harness.start(handler);
        RawClient client = harness.connect()) {
      client.request("GET", "/").readHead();
      assertThat(Chunks.next(client)).isEqualTo("data: a\n\n");
      for (int i = 0; i < 3; i++) {
        assertThat(Chunks.next(client)).isEqualTo(HEARTBEAT);
      }
      gate.release();
      harness.nextEntry();
    }
  }

  @Test
  void silentHttp2StreamBeats() throws Exception {
    Handler handler =
        (_, response) -> {
          response.events(beating(50));
          gate.acquire();
        };
    try (Harness harness = Harness.start(handler);
        Http2Peer peer = Http2Peer.connect(harness)) {
      int stream = peer.get("/");
      peer.awaitUntil(() -> peer.answer(stream).body().startsWith(HEARTBEAT.repeat(3)));
      gate.release();
      assertThat(peer.await(stream).body()).startsWith(HEARTBEAT.repeat(3));
      assertThat(harness.nextEntry().bytes()).isEqualTo(peer.answer(stream).length());
    }
  }

  @Test
  void busySiblingDoesNotSilenceIt() throws Exception {
    Handler handler =
        (request, response) -> {
          if (request.path().equals("/busy")) {
            OutputStream body = response.stream("application/octet-stream");
            while (!gate.tryAcquire()) {
              body.write(new byte[10_000]);
            }
          } else {
            response.events(beating(50));
            gate.acquire();
          }
        };
    try (Harness harness = Harness.start(handler);
        Http2Peer peer = Http2Peer.connect(harness)) {
      int busy = peer.get("/busy");
      peer.allow(busy, Integer.MAX_VALUE - 65_535);
      int stream = peer.get("/");
      peer.awaitUntil(() -> peer.answer(stream).body().startsWith(HEARTBEAT.repeat(3)));
      gate.release(2);
      assertThat(peer.await(stream).ended).isTrue();
      assertThat(peer.await(busy).ended).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 60_000})
  void noBeatWithoutSilence(int millis) throws Exception {
    Handler handler =
        (_, response) -> {
          ServerEvents events = response.events(beating(millis));
          for (int i = 0; i < 10; i++) {
            events.emit("a");
            Harness.pause(20);
          }
        };
    try (Harness harness = Harness.start(handler)) {
      assertThat(harness.answer("GET", "/")).contains("data: a").doesNotContain(HEARTBEAT);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void noBeatBehindWhatWaits(ServerOptions.Transport transport) throws Exception {
    int much = 16 << 20;
    Handler handler =
        (_, response) -> {
          response.events(beating(50)).emit("x".repeat(much));
          emitted.release();
          gate.acquire();
        };
    try (Harness harness =
            Harness.start(
                handler, o -> o.withTransport(transport).withWriteAheadBytes(Integer.MAX_VALUE));
        RawClient client = RawClient.connect(harness.server.address(), 4096)) {
      client.send("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").readHead();
      emitted.acquire();
      Harness.pause(300); // for the beats that must not be
      gate.release();
      String answer = client.readAll();
      assertThat(answer).hasSizeGreaterThan(much).endsWith("\r\n0\r\n\r\n");
      assertThat(answer.substring(answer.length() - 100)).doesNotContain(HEARTBEAT);
    }
  }

  @Test
  void noBeatBehindAnUnacknowledgedOne() throws Exception { // as NIO cannot know
    Handler handler =
        (_, response) -> {
          response.events(beating(30)).emit("x".repeat(100_000)); // the kernel takes it all
          emitted.release();
          gate.acquire();
        };
    try (Harness harness = Harness.start(handler);
        RawClient client = RawClient.connect(harness.server.address(), 4096)) {
      client.send("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
      emitted.acquire();
      Harness.pause(400); // for the beats that must not be
      gate.release();
      harness.nextEntry();
      assertThat(Chunks.of(client.readAll())).hasSize(5).endsWith(HEARTBEAT);
    }
  }

  @Test
  void noBeatAfterTheEnd() throws Exception {
    Handler handler =
        (_, response) -> {
          ServerEvents events = response.events(beating(20));
          events.emit("a");
          response.end();
          response.end();
          Harness.pause(150);
          assertThatExceptionOfType(IOException.class)
              .isThrownBy(() -> events.emit("b"))
              .withMessage("the response is closed");
        };
    try (Harness harness = Harness.start(handler);
        RawClient client = harness.connect()) {
      for (int i = 0; i < 3; i++) {
        client.request("GET", "/");
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        assertThat(Chunks.next(client)).isEqualTo("data: a\n\n");
        assertThat(Chunks.next(client)).isEmpty();
      }
    }
  }

  @Test
  void headHasNoBodyAndNoBeat() throws Exception {
    Handler handler =
        (_, response) -> {
          response.events(beating(20)).emit("a");
          Harness.pause(100);
        };
    try (Harness harness = Harness.start(handler)) {
      assertThat(harness.answer("HEAD", "/")).contains("text/event-stream").endsWith("\r\n\r\n");
    }
  }

  @Test
  void emittingAfterAHangUpThrows() throws Exception {
    Handler handler =
        (_, response) -> {
          ServerEvents events = response.events(beating(50));
          events.emit("a");
          try {
            gate.acquire(); // a paused stream is told at once
          } catch (InterruptedException told) {
            try {
              events.emit("b");
            } catch (CancelledException e) {
              failures.add(e);
              throw e;
            }
          }
        };
    try (Harness harness = Harness.start(handler)) {
      for (Leaving leaving : new Leaving[] {new Leaving.Close(), new Leaving.Reset()}) {
        RawClient client = harness.connect();
        client.request("GET", "/").readHead();
        Chunks.next(client);
        client.leave(leaving);
        assertThat(failures.poll(30, TimeUnit.SECONDS)).isInstanceOf(CancelledException.class);
        assertThat(harness.nextEntry().reason().orElseThrow().isHangUp()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void beatThatFailsIsAHangUp(ServerOptions.Transport transport) throws Exception {
    Handler handler =
        (_, response) -> {
          response.events(beating(50));
          gate.acquire();
        };
    // A FIN that is ignored: only a write can find out.
    try (Harness harness =
        Harness.start(handler, o -> o.withTransport(transport).withHalfClose(HalfClose.IGNORE))) {
      RawClient client = harness.connect();
      client.request("GET", "/").readHead();
      client.leave(new Leaving.Close());
      assertThat(harness.nextEntry().reason().orElseThrow().isHangUp()).isTrue();
    }
  }

  @Test
  void beatsEventsAndEndsDoNotMix() throws Exception {
    int count = 1000;
    Handler handler =
        (_, response) -> {
          ServerEvents events = response.events(o -> o.withHeartbeat(Duration.ofNanos(20_000)));
          for (int i = 0; i < count; i++) {
            events.emit(ServerEvent.of("event " + i + "\nof many").withId("" + i));
            if (i % 8 == 0) {
              LockSupport.parkNanos(i % 5 * 20_000L);
            }
          }
          response.end();
        };
    Pattern one = Pattern.compile("id: (\\d+)\ndata: event \\1\ndata: of many\n\n");
    int beats = 0;
    try (Harness harness = Harness.start(handler);
        RawClient client = harness.connect()) {
      for (int round = 0; round < 20; round++) {
        client.request("GET", "/");
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        int next = 0;
        for (String chunk = Chunks.next(client); !chunk.isEmpty(); chunk = Chunks.next(client)) {
          if (chunk.equals(HEARTBEAT)) {
            beats++;
          } else {
            assertThat(chunk).matches(one).startsWith("id: " + next++ + "\n");
          }
        }
        assertThat(next).isEqualTo(count);
      }
    }
    assertThat(beats).isPositive();
  }

  @Test
  void eventsOfSeveralThreadsAreWhole() throws Exception {
    int threads = 4;
    int each = 300;
    Handler handler =
        (_, response) -> {
          ServerEvents events = response.events(beating(1));
          try (CancelScope scope = CancelScope.open()) {
            List<Fork<Void>> forks = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
              String name = "t" + t;
              forks.add(
                  scope.fork(() -> {
                    for (int i = 0; i < each; i++) {
                      events.emit(ServerEvent.of(i + "").withName(name));
                    }
                    return null;
                  }));
            }
            for (Fork<Void> fork : forks) {
              fork.join();
            }
          }
        };
    try (Harness harness = Harness.start(handler)) {
      List<String> events =
          Chunks.of(harness.answer("GET", "/")).stream().filter(e -> !e.equals(HEARTBEAT)).toList();
      assertThat(events).hasSize(threads * each);
      for (int t = 0; t < threads; t++) {
        String prefix = "event: t" + t + "\n";
        List<String> own = events.stream().filter(e -> e.startsWith(prefix)).toList();
        for (int i = 0; i < each; i++) {
          assertThat(own.get(i)).isEqualTo(prefix + "data: " + i + "\n\n");
        }
      }
    }
  }

  @Test
  void compressedEventsCanBeReadAtOnce() throws Exception {
    Handler handler =
        (_, response) -> {
          ServerEvents events =
              response.events(o -> o.withCompression(true).withHeartbeat(Duration.ofMillis(50)));
          events.emit("a");
          gate.acquire();
        };
    try (Harness harness = Harness.start(handler);
        Http2Peer peer = Http2Peer.connect(harness)) {
      int stream = peer.get("/", Map.of("accept-encoding", "gzip"));
      String expected = "data: a\n\n" + HEARTBEAT;
      peer.awaitUntil(() -> Gzip.readable(peer.answer(stream).bytes()).startsWith(expected));
      assertThat(peer.answer(stream).fields).containsEntry("content-encoding", "gzip");
      gate.release();
      assertThat(Gzip.readable(peer.await(stream).bytes())).startsWith(expected);
    }
  }
}
