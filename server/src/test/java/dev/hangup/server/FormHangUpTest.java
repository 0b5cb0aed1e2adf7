package dev.hangup.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelledException;
import dev.hangup.server.Forms.Answer;
import dev.hangup.server.Forms.Protocol;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Forms that never become whole, and forms with a few bytes changed.
class FormHangUpTest {
  private static final byte[] TELLING =
      "\r\n\0 :;=\"'\\,%/*0159aF\u007f\u00ff-xYz".getBytes(ISO_8859_1);

  private final Logs logs = new Logs();
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
    assertThat(Forms.temporaryFiles()).isEmpty();
  }

  private void read(Request request, Response response) throws Exception {
    try {
      response.text("a form: " + request.form().field("a"));
    } catch (Exception e) {
      failures.add(e);
      throw e;
    }
  }

  /// Leaves when the half that was sent is on the disk.
  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void hangUpInMidUploadCancelsAndLeavesNoFile(ServerOptions.Transport transport) throws Exception {
    byte[] half = Forms.multipart().field("a", "b").file("f", "f", new byte[200_000]).begun();
    half = Arrays.copyOf(half, half.length - 3);
    try (Harness harness = Harness.start(this::read, o -> o.withTransport(transport))) {
      for (int round = 0; round < 10; round++) {
        Leaving leaving = round % 2 == 0 ? new Leaving.Close() : new Leaving.Reset();
        RawClient client = harness.connect();
        client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 400000\r\n");
        client.send("Content-Type: " + Forms.MULTIPART + "\r\n\r\n").send(half);
        Harness.await("a file is written", () -> !Forms.temporaryFiles().isEmpty());
        client.leave(leaving);
        wasCancelled(harness);
      }
    }
  }

  @Test
  void resetOfAStreamInMidUploadCancelsAndLeavesNoFile() throws Exception {
    byte[] half = Forms.multipart().file("f", "f", new byte[50_000]).begun();
    try (Harness harness = Harness.start(this::read);
        Http2Peer peer = Http2Peer.connect(harness)) {
      for (int round = 0; round < 10; round++) {
        int stream = Forms.begin(peer, Forms.MULTIPART);
        for (int from = 0; from < half.length; from += 10_000) {
          int to = Math.min(half.length, from + 10_000);
          peer.upload(stream, Arrays.copyOfRange(half, from, to));
        }
        Harness.await("a file is written", () -> !Forms.temporaryFiles().isEmpty());
        peer.reset(stream, 8);
        wasCancelled(harness);
      }
    }
  }

  private void wasCancelled(Harness harness) throws InterruptedException {
    assertThat(failures.poll(30, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            CancelledException.class, e -> assertThat(e.reason().isHangUp()).isTrue());
    assertThat(harness.nextEntry().status()).isEqualTo(499);
    Harness.await("no file is left", () -> Forms.temporaryFiles().isEmpty());
  }

  @Test
  void hangUpAfterTheUploadLeavesNoFile() throws Exception {
    Semaphore arrived = new Semaphore(0);
    Handler blocks =
        (request, response) -> {
          request.form();
          arrived.release();
          new Semaphore(0).acquire();
        };
    byte[] body = Forms.multipart().file("f", "f", new byte[50_000]).whole();
    try (Harness harness = Harness.start(blocks)) {
      RawClient client = harness.connect();
      client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: " + body.length + "\r\n");
      client.send("Content-Type: " + Forms.MULTIPART + "\r\n\r\n").send(body);
      arrived.acquire();
      assertThat(Forms.temporaryFiles()).hasSize(1);
      client.leave(new Leaving.Close());
      assertThat(harness.nextEntry().status()).isEqualTo(499);
    }
  }

  @Test
  void threadThatOutlivesItsHandlerMakesNoFile() throws Exception {
    Handler leaks =
        (request, response) -> {
          response.text("answered");
          Thread.ofVirtual().start(() -> outlive(request));
        };
    byte[] half = Forms.multipart().file("f", "f", new byte[50_000]).begun();
    try (Harness harness = Harness.start(leaks);
        RawClient client = harness.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 60000\r\n");
      client.send("Content-Type: " + Forms.MULTIPART + "\r\n\r\n");
      assertThat(client.readResponse()).endsWith("answered");
      client.send(half);
      assertThat(failures.poll(30, TimeUnit.SECONDS)).hasMessageContaining("the request is over");
    }
  }

  private void outlive(Request request) {
    try {
      request.form();
    } catch (Exception e) {
      failures.add(e);
    }
  }

  @Test
  void changedFormsAreRefusedOrRead() throws Exception {
    byte[] multipart =
        Forms.multipart()
            .field("a", "1\r\n2")
            .part("form-data; name=b; filename=\"b\"\r\nContent-Type: a/b; charset=utf-8", TELLING)
            .part(
                "form-data; name=c; filename*=utf-8''%41\r\nContent-Length: 3"
                    + "\r\nContent-Transfer-Encoding: binary",
                new byte[20_000])
            .part(
                "form-data; name=d\r\nContent-Type: multipart/mixed; boundary=m",
                "--m\r\nContent-Disposition: file; filename=e\r\n\r\ne\r\n--m--".getBytes(UTF_8))
            .whole();
    byte[] encoded = "a=1&b=%C3%A0+c&&d&=e;f#g".getBytes(UTF_8);
    SplittableRandom random = new SplittableRandom(42);
    try (Harness harness = Harness.start(this::read)) {
      for (int round = 0; round < 3_000; round++) {
        boolean parts = random.nextInt(4) > 0;
        byte[] body = mutated(parts ? multipart : encoded, random);
        String type = parts ? Forms.MULTIPART : Forms.URL_ENCODED;
        Answer answer = Forms.send(harness, Protocol.HTTP1, type, body);
        assertThat(answer.status()).as(new String(body, ISO_8859_1)).isIn(200, 400, 413);
      }
      ServerContext context = harness.server.context();
      Harness.await("nothing runs", () -> context.inFlight().running() == 0);
      Harness.await("nothing is held", () -> context.readAhead().held() == 0);
    }
  }

  /// Changes mostly heads: the content of a file is hardly ever wrong.
  private static byte[] mutated(byte[] form, SplittableRandom random) {
    byte[] bytes = form.clone();
    for (int change = random.nextInt(4); change >= 0; change--) {
      int at = random.nextInt(Math.min(bytes.length, 600));
      at = random.nextBoolean() ? at : bytes.length - 1 - at;
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = TELLING[random.nextInt(TELLING.length)];
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = random.nextInt(4) > 0 ? bytes : Arrays.copyOf(bytes, Math.max(1, at));
        default -> bytes = twice(bytes, at, at + random.nextInt(Math.min(200, bytes.length - at)));
      }
    }
    return bytes;
  }

  private static byte[] twice(byte[] bytes, int from, int to) {
    byte[] longer = Arrays.copyOf(bytes, bytes.length + to - from);
    System.arraycopy(bytes, from, longer, to, bytes.length - from);
    return longer;
  }
}
