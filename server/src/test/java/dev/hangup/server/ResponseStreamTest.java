package dev.hangup.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a handler writes, how fast, and what the client sees where it writes something wrong.
class ResponseStreamTest {
  private static final int LONG = 200 << 20;
  private static final String OLD = "GET / HTTP/1.0\r\n\r\n";

  private final Logs logs = new Logs();
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private final Semaphore arrived = new Semaphore(0);
  private final Semaphore gate = new Semaphore(0);

  @AfterEach
  void stop() {
    logs.close();
  }

  private Throwable nextFailure() throws InterruptedException {
    Throwable failure = failures.poll(30, TimeUnit.SECONDS);
    assertThat(failure).isNotNull();
    return failure;
  }

  private void assertQuiet() {
    assertThat(logs.alarmTexts()).isEmpty();
  }

  private void assertOneAlarm(String text) {
    assertThat(logs.alarmTexts()).singleElement().asString().contains(text);
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void slowReaderBlocksTheWriter(ServerOptions.Transport transport) throws Exception {
    AtomicLong written = new AtomicLong();
    Handler writer =
        (_, response) -> {
          OutputStream body = response.stream("application/octet-stream", LONG);
          byte[] part = new byte[1 << 20];
          while (written.get() < LONG) {
            body.write(part);
            written.addAndGet(part.length);
          }
        };
    try (Harness harness = Harness.start(writer, o -> o.withTransport(transport));
        RawClient client = RawClient.connect(harness.server.address(), 64 << 10)) {
      client.request("GET", "/");
      awaitStandstill(written);
      long ahead = written.get();
      assertThat(ahead).isLessThan(8 << 20);
      client.readHead();
      client.skip(50 << 20);
      Harness.await("the writer goes on", () -> written.get() > 40 << 20);
      assertThat(written.get()).isLessThan((50 << 20) + (8 << 20));
      client.skip(150 << 20);
      assertThat(harness.nextEntry().bytes()).isEqualTo(LONG);
    }
    assertQuiet();
  }

  private static void awaitStandstill(AtomicLong counter) {
    long[] last = {-1, 0};
    Harness.await(
        "the writer stands still",
        () -> {
          boolean same = counter.get() == last[0];
          last[0] = counter.get();
          last[1] = same ? last[1] + 1 : 0;
          return last[1] > 100; // looks, some milliseconds apart
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void hangUpWakesABlockedWriter(ServerOptions.Transport transport) throws Exception {
    Handler writer =
        (_, response) -> {
          OutputStream body = response.stream("application/octet-stream");
          try {
            while (true) {
              body.write(new byte[1 << 16]);
            }
          } catch (CancelledException e) {
            failures.add(e);
            throw e;
          }
        };
    try (Harness harness = Harness.start(writer, o -> o.withTransport(transport))) {
      for (Leaving leaving : new Leaving[] {new Leaving.Close(), new Leaving.Reset()}) {
        RawClient client = RawClient.connect(harness.server.address(), 4096);
        client.request("GET", "/").readHead();
        client.leave(leaving);
        assertThat(((CancelledException) nextFailure()).reason().isHangUp()).isTrue();
        AccessEntry entry = harness.nextEntry();
        assertThat(entry.status()).isEqualTo(200);
        assertThat(entry.reason())
            .hasValueSatisfying(reason -> assertThat(reason.isHangUp()).isTrue());
      }
    }
    assertQuiet();
  }

  @Test
  void handlerThatFailsInMidStreamCutsIt() throws Exception {
    Handler fails =
        (_, response) -> {
          response.stream("text/plain").write('a');
          throw new IOException("secret");
        };
    try (Harness harness = Harness.start(fails)) {
      assertThat(harness.answer("GET", "/")).endsWith("\r\n\r\n1\r\na\r\n");
      AccessEntry entry = harness.nextEntry();
      assertThat(entry.status()).isEqualTo(200);
      assertThat(entry.reason()).isEmpty(); // it was not the client that left
    }
    assertOneAlarm("secret");
  }

  @Test
  void tryWithResourcesDoesNotMakeAFailedBodyLookWhole() throws Exception {
    Handler broken =
        (_, response) -> {
          try (OutputStream body = response.stream("text/plain")) {
            body.write("half".getBytes(US_ASCII));
            throw new IllegalStateException("on purpose");
          }
        };
    try (Harness harness = Harness.start(broken)) {
      assertThat(harness.answer("GET", "/")).contains("half").doesNotContain("\r\n0\r\n");
      assertThat(harness.nextEntry().reason()).isEmpty();
    }
    assertOneAlarm("GET /");
  }

  @Test
  void clientThatHasAllThatWasPromisedIsNotGone() throws Exception {
    Handler slowToReturn =
        (_, response) -> {
          Cancellation.current().onCancel(reason -> failures.add(new CancelledException(reason)));
          OutputStream body = response.stream("text/plain", 4);
          body.write("done".getBytes(US_ASCII));
          gate.acquire();
          body.close();
        };
    try (Harness harness = Harness.start(slowToReturn)) {
      try (RawClient client = harness.connect()) {
        assertThat(client.request("GET", "/").readResponse()).endsWith("done");
      }
      gate.release();
      AccessEntry entry = harness.nextEntry();
      assertThat(entry.reason()).isEmpty();
      assertThat(entry.bytes()).isEqualTo(4);
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void errorKeepsTheHeadersThatHoldForAnyAnswer() throws Exception {
    Handler refusing =
        (_, response) -> {
          response.header("X-Request-Id", "7").header("ETag", "\"a\"");
          throw new HttpException(409, "on purpose");
        };
    try (Harness harness = Harness.start(refusing)) {
      assertThat(harness.answer("GET", "/"))
          .startsWith("HTTP/1.1 409")
          .contains("X-Request-Id: 7")
          .doesNotContain("ETag");
    }
  }

  @Test
  void cutIsNoHangUp() throws Exception {
    Handler fails =
        (_, response) -> {
          Cancellation.current().onCancel(reason -> failures.add(new CancelledException(reason)));
          response.stream("text/plain").write('a');
          throw new IOException("secret");
        };
    try (Harness harness = Harness.start(fails)) {
      for (int i = 0; i < 200; i++) {
        harness.answer("GET", "/");
        assertThat(harness.nextEntry().reason()).isEmpty();
      }
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void oldClientSeesACutAsAReset() throws Exception { // it has neither chunks nor a length
    Handler fails =
        (_, response) -> {
          response.stream("text/plain").write('a');
          throw new IOException("secret");
        };
    try (Harness harness = Harness.start(fails)) {
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> harness.exchange(OLD));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tooShortBodyIsCut(boolean closes) throws Exception {
    Handler tooShort =
        (_, response) -> {
          OutputStream body = response.stream("text/plain", 3);
          body.write(new byte[] {'a', 'b'});
          if (closes) {
            body.close();
          }
        };
    try (Harness harness = Harness.start(tooShort);
        RawClient client = harness.connect()) {
      assertThat(client.request("GET", "/").readAll())
          .contains("\r\ncontent-length: 3\r\n")
          .endsWith("\r\n\r\nab");
      harness.nextEntry();
    }
    assertOneAlarm("less than the Content-Length of 3 bytes was written");
  }

  @Test
  void tooLongBodyIsCut() throws Exception {
    Handler tooLong =
        (_, response) -> {
          try (OutputStream body = response.stream("text/plain", 3)) {
            body.write(new byte[] {'a', 'b'});
            body.write(new byte[] {'c', 'd'});
          }
        };
    try (Harness harness = Harness.start(tooLong);
        RawClient client = harness.connect()) {
      assertThat(client.request("GET", "/").readAll()).endsWith("\r\n\r\nab");
      harness.nextEntry();
    }
    assertOneAlarm("more than the Content-Length of 3 bytes was written");
  }

  @Test
  void hangUpOfAKnownLengthIsNoFailure() throws Exception {
    Handler leftInTheMiddle =
        (_, response) -> {
          try (OutputStream body = response.stream("text/plain", 1 << 30)) {
            body.write('a');
            arrived.release();
            new Semaphore(0).acquire();
          }
        };
    try (Harness harness = Harness.start(leftInTheMiddle)) {
      RawClient client = harness.connect();
      client.request("GET", "/").readHead();
      client.skip(1);
      arrived.acquire();
      client.leave(new Leaving.Close());
      assertThat(harness.nextEntry())
          .matches(e -> e.status() == 200 && e.bytes() == 1)
          .matches(e -> e.reason().orElseThrow().code().equals("client_closed"));
    }
    assertQuiet();
  }

  @Test
  void closedStreamTakesNothing() throws Exception {
    Handler late =
        (_, response) -> {
          OutputStream body = response.stream("text/plain");
          body.close();
          body.close();
          assertThatExceptionOfType(IOException.class)
              .isThrownBy(() -> body.write('a'))
              .withMessage("the response is closed");
        };
    try (Harness harness = Harness.start(late)) {
      assertThat(harness.answer("GET", "/")).endsWith("\r\n\r\n0\r\n\r\n");
      harness.nextEntry();
    }
    assertQuiet();
  }

  @Test
  void secondAnswerIsRefused() throws Exception {
    Handler twice =
        (_, response) -> {
          response.status(201).text("first");
          assertThat(response.isSent()).isTrue();
          assertThatIllegalStateException().isThrownBy(() -> response.text("second"));
          assertThatIllegalStateException().isThrownBy(() -> response.stream("text/plain"));
          assertThatIllegalStateException().isThrownBy(() -> response.status(200));
          assertThatIllegalStateException().isThrownBy(() -> response.header("A", "b"));
          response.json("{}"); // and the handler fails
        };
    try (Harness harness = Harness.start(twice)) {
      assertThat(harness.answer("GET", "/")).startsWith("HTTP/1.1 201 ").endsWith("first");
      harness.nextEntry();
    }
    assertOneAlarm("IllegalStateException: the response was sent already");
  }

  @Test
  void badHeadersAreRefused() throws Exception {
    Handler injects =
        (_, response) -> {
          for (String value : new String[] {"a\r\nSet-Cookie: b", "a\nb", "a\0b", "a\rb"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> response.header("A", value));
          }
          for (String name :
              new String[] {"", "A B", "A:", "A\r\nB", "Ä", "content-Length", "Connection"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> response.header(name, "1"));
          }
          for (int status : new int[] {0, 100, 199, 600}) {
            assertThatIllegalArgumentException().isThrownBy(() -> response.status(status));
          }
          assertThatIllegalArgumentException()
              .isThrownBy(() -> response.bytes("a\r\nb", new byte[0]));
          response.text("none came through");
        };
    try (Harness harness = Harness.start(injects)) {
      assertThat(harness.answer("GET", "/")).endsWith("none came through").doesNotContain("Cookie");
      harness.nextEntry();
    }
    assertQuiet();
  }

  @Test
  void handlerMayAnswerAndGoOn() throws Exception {
    Handler goesOn =
        (_, response) -> {
          response.text("answered");
          gate.acquire();
        };
    try (Harness harness = Harness.start(goesOn);
        RawClient client = harness.connect()) {
      assertThat(client.request("GET", "/").readResponse()).endsWith("answered");
      client.request("GET", "/"); // waits: its turn comes when the handler returns
      assertThat(harness.entriesWaiting()).isZero();
      gate.release(2);
      assertThat(client.readResponse()).endsWith("answered");
      assertThat(harness.nextEntry().status()).isEqualTo(200);
    }
    assertQuiet();
  }

  @Test
  void clientThatLeavesAfterTheAnswerIsNotTold() throws Exception {
    Handler goesOn =
        (_, response) -> {
          Cancellation.current().onCancel(reason -> failures.add(new CancelledException(reason)));
          response.text("answered");
          gate.acquire();
        };
    try (Harness harness = Harness.start(goesOn)) {
      for (Leaving leaving : new Leaving[] {new Leaving.Close(), new Leaving.Reset()}) {
        RawClient client = harness.connect();
        client.request("GET", "/").readResponse();
        client.leave(leaving);
        Harness.pause(50);
        gate.release();
        assertThat(harness.nextEntry()).matches(e -> e.status() == 200 && e.reason().isEmpty());
      }
    }
    assertThat(failures).isEmpty();
    assertQuiet();
  }

  @Test
  void errorIsNotDescribedAsTheFileThatItReplaces() throws Exception {
    Handler handler =
        (_, response) -> {
          response.header("Content-Disposition", "attachment; filename=report.pdf");
          response.header("Content-Range", "bytes 0-9/10").header("Content-Language", "de");
          throw new IllegalStateException("broken");
        };
    try (Harness harness = Harness.start(handler)) {
      assertThat(harness.answer("GET", "/"))
          .startsWith("HTTP/1.1 500")
          .doesNotContainIgnoringCase("content-disposition")
          .doesNotContainIgnoringCase("content-range")
          .doesNotContainIgnoringCase("content-language");
    }
  }
}
