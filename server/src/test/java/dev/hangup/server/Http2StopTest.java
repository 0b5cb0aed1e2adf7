package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.RawHttp2Client;
import dev.hangup.testkit.RawHttp2Client.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A server that stops, and clients that go on sending: what was answered can be read.
class Http2StopTest {
  private static final int ROUNDS = 3;
  private static final byte[] ANSWER = new byte[60_000];

  @TempDir private Path folder;
  private final Semaphore arrived = new Semaphore(0);

  private void block(Request request, Response response) throws InterruptedException {
    arrived.release();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      response.bytes("a/b", ANSWER); // it knows what to say to that
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answerArrivesAtAClientThatGoesOnSending(boolean tls) throws Exception {
    Tls keys = Tls.selfSigned(folder);
    for (int round = 0; round < ROUNDS; round++) {
      try (Harness harness = Harness.start(this::block, o -> o.withTls(0, keys))) {
        RawClient transport =
            tls
                ? RawClient.connect(TlsTest.secure(harness)).overTls("h2")
                : RawClient.connect(harness.server.address());
        AtomicBoolean stop = new AtomicBoolean();
        try (RawHttp2Client client = RawHttp2Client.over(transport)) {
          client.request("GET", "/", true);
          arrived.acquire();
          Thread sender = Thread.ofVirtual().start(() -> chatter(client, stop));
          Thread closing = Thread.ofVirtual().start(harness::close);
          assertThat(readToTheEnd(client)).isEqualTo(ANSWER.length);
          stop.set(true);
          sender.join();
          closing.join();
        }
      }
    }
  }

  /// A client that neither sends nor closes does not hold the server.
  @Test
  void clientThatStaysDoesNotHoldTheServer() throws Exception {
    Harness harness = Harness.start(this::block);
    try (RawHttp2Client client = RawHttp2Client.over(harness.connect())) {
      client.request("GET", "/", true);
      arrived.acquire();
      harness.close(); // comes back
      assertThat(readToTheEnd(client)).isEqualTo(ANSWER.length);
    }
  }

  private static void chatter(RawHttp2Client client, AtomicBoolean stop) {
    try {
      while (!stop.get()) {
        client.send(Http2Peer.frame(RawHttp2Client.PING, 0, 0, new byte[8]));
        LockSupport.parkNanos(50_000); // it is no flood
      }
    } catch (IOException gone) {
      // the server has closed
    }
  }

  /// How many bytes of DATA come before the orderly end; a reset is a [java.net.SocketException].
  private static int readToTheEnd(RawHttp2Client client) throws IOException {
    int bytes = 0;
    try {
      while (true) {
        Frame frame = client.read();
        bytes += frame.type() == RawHttp2Client.DATA ? frame.payload().remaining() : 0;
      }
    } catch (EOFException end) {
      return bytes;
    }
  }
}
