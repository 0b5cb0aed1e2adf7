package dev.hangup.server.http3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.hangup.CancelReason;
import dev.hangup.CancelledException;
import dev.hangup.server.Handler;
import dev.hangup.server.Server;
import dev.hangup.server.Tls;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is wrong is said, and the server goes on serving.
@Timeout(30)
class BadInputTest {
  private static final Handler FINE = (_, response) -> response.text("fine");
  private static final int MESSAGE_ERROR = 0x10e;

  @Test
  void portOutOfRangeIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Http3.onPort(65536))
        .withMessage("http3 port: 65536 (expected: 0-65535)");
    assertThatIllegalStateException().isThrownBy(() -> Http3.onPort(1).port());
  }

  @Test
  void noCertificate() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> Server.start(FINE, o -> o.withPort(0).withEngine(Http3.onPort(0))))
        .withMessage("engine: there is no certificate (expected: withTls)");
  }

  @Test
  void portInUseIsNamed() throws IOException {
    Tls tls = Tls.selfSigned(Path.of("target", "tls"));
    try (Harness harness = Harness.start(FINE)) {
      int used = harness.http3().port();
      assertThatExceptionOfType(BindException.class)
          .isThrownBy(() ->
              Server.start(FINE, o -> o.withPort(0).withTls(0, tls).withEngine(Http3.onPort(used))))
          .withMessageStartingWith("cannot listen on 127.0.0.1:" + used + " (UDP): ")
          .withMessageContaining("Address already in use");
    }
  }

  @Test
  void unknownProtocolIsRefused() throws IOException {
    try (Harness harness = Harness.start(FINE)) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> Http3Client.connect(harness.address(), 65536, "h4").get("/").answer());
      assertServes(harness);
    }
  }

  @Test
  void headWithoutPathIsMalformed() throws IOException {
    try (Harness harness = Harness.start(FINE);
        Http3Client client = harness.connect()) {
      Http3Call call = client.begin();
      call.write(
          new DefaultHttp3HeadersFrame(
              new DefaultHttp3Headers().method("GET").scheme("https").authority("localhost")));

      assertThat(call.resetCode()).isEqualTo(MESSAGE_ERROR);
      assertThat(client.get("/").answer().body()).isEqualTo("fine");
    }
  }

  @Test
  void hostThatIsNotTheAuthorityIsMalformed() throws IOException {
    try (Harness harness = Harness.start(FINE);
        Http3Client client = harness.connect()) {
      Http3Call call = client.open("GET", "/", f -> f.add("host", "elsewhere"));

      assertThat(call.resetCode()).isEqualTo(MESSAGE_ERROR);
      assertThat(client.open("GET", "/", f -> f.add("host", "localhost")).end().answer().status())
          .isEqualTo("200");
    }
  }

  @Test
  void longFieldsAreRefusedAlone() throws IOException {
    try (Harness harness = Harness.start(FINE, o -> o.withMaxHeaderBytes(4096));
        Http3Client client = harness.connect()) {
      Http3Call call = client.open("GET", "/", f -> f.add("long", "x".repeat(5_000)));

      assertThat(call.end().answer().status()).isEqualTo("431");
      assertThat(client.get("/").answer().body()).isEqualTo("fine");
    }
  }

  @Test
  void unknownMethodIsRefused() throws IOException {
    try (Harness harness = Harness.start(FINE);
        Http3Client client = harness.connect()) {
      assertThat(client.open("BREW", "/", f -> f).end().answer().status()).isEqualTo("501");
    }
  }

  @Test
  void headThatDoesNotEndIsGivenUp() throws IOException {
    try (Harness harness = Harness.start(FINE, o -> o.withHeaderTimeout(Duration.ofMillis(300)));
        Http3Client client = harness.connect()) {
      QuicStreamChannel stream = raw(client, QuicStreamType.BIDIRECTIONAL, new byte[] {1});
      Harness.await("the stream is stopped", () -> StreamStopsTest.isStopped(stream));
      assertThat(client.get("/").answer().body()).isEqualTo("fine");
    }
  }

  /// RFC 9114 §4.1.
  @Test
  void streamThatEndsWithoutARequestIsReset() throws IOException {
    try (Harness harness = Harness.start(FINE);
        Http3Client client = harness.connect()) {
      assertThat(client.begin().end().resetCode()).isEqualTo(0x10d);
      assertThat(client.get("/").answer().body()).isEqualTo("fine");
    }
  }

  /// RFC 9114 §4.1.2: neither by itself nor with trailers is what was sent the whole body.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bodyShorterThanWasSaidIsNotHandedOverAsWhole(boolean trailers) throws Exception {
    BlockingQueue<Object> read = new LinkedBlockingQueue<>();
    Semaphore begun = new Semaphore(0);
    Handler reads =
        (request, _) -> {
          begun.release();
          try {
            read.add(request.body().readAllBytes().length);
          } catch (CancelledException e) {
            read.add(e.reason());
            throw e;
          }
        };
    try (Harness harness = Harness.start(reads);
        Http3Client client = harness.connect()) {
      Http3Call call = client.open("POST", "/", f -> f.add("content-length", "100"));
      call.send(new byte[10]);
      begun.acquire(); // or it is cancelled before it begins
      if (trailers) {
        call.write(new DefaultHttp3HeadersFrame(new DefaultHttp3Headers().add("a", "b")));
      }
      call.end();

      assertThat(read.poll(10, TimeUnit.SECONDS)).isInstanceOf(CancelReason.Application.class);
      assertThat(call.resetCode()).isPositive();
    }
  }

  /// RFC 9114 §7.1 and §7.2.5: a frame that may not come on a request's stream.
  @Test
  void wrongFrameEndsTheConnection() throws IOException {
    byte[] settingsOnARequest = {4, 0};
    assertEnds(settingsOnARequest);
  }

  /// RFC 9204 §2.2: a reference to a table that is empty.
  @Test
  void wrongQpackEndsTheConnection() throws IOException {
    byte[] dynamicReference = {1, 3, 2, 0, (byte) 0x80};
    assertEnds(dynamicReference);
  }

  /// RFC 9114 §7.1: a frame that says that it is longer than any may be.
  @Test
  void endlessFrameEndsTheConnection() throws IOException {
    byte[] endless = {1, (byte) 0xff, (byte) 0xff, (byte) 0xff, -1, -1, -1, -1, -1};
    assertEnds(endless);
  }

  private static void assertEnds(byte[] onAStream) throws IOException {
    try (Harness harness = Harness.start(FINE);
        Http3Client client = harness.connect()) {
      var _ = raw(client, QuicStreamType.BIDIRECTIONAL, onAStream);
      Harness.await("the connection is closed", () -> !client.isOpen());
      assertServes(harness);
    }
  }

  /// RFC 9114 §6.2: a second control stream is an error, one of an unknown type is none.
  @Test
  void unknownStreamIsIgnoredAndASecondControlStreamIsNot() throws IOException {
    try (Harness harness = Harness.start(FINE);
        Http3Client client = harness.connect()) {
      var _ = raw(client, QuicStreamType.UNIDIRECTIONAL, new byte[] {0x21, 1, 2, 3});
      assertThat(client.get("/").answer().body()).isEqualTo("fine");
      var _ = raw(client, QuicStreamType.UNIDIRECTIONAL, new byte[] {0, 4, 0});
      Harness.await("the connection is closed", () -> !client.isOpen());
      assertServes(harness);
    }
  }

  private static QuicStreamChannel raw(Http3Client client, QuicStreamType type, byte[] bytes)
      throws IOException {
    QuicStreamChannel stream =
        Http3Client.await(
            client.connection().createStream(type, new ChannelInboundHandlerAdapter()));
    var _ = stream.writeAndFlush(Unpooled.wrappedBuffer(bytes));
    return stream;
  }

  @Test
  void datagramsThatAreNoneOfQuicAreDropped() throws IOException {
    Random random = new Random(42);
    try (Harness harness = Harness.start(FINE);
        DatagramSocket socket = new DatagramSocket()) {
      for (int i = 0; i < 2_000; i++) {
        byte[] noise = new byte[i % 50 == 0 ? 60_000 : random.nextInt(1_500)];
        random.nextBytes(noise);
        send(socket, noise, harness.address());
      }
      send(socket, new byte[0], harness.address());
      assertServes(harness);
    }
  }

  /// Each is answered with a Retry that is not larger, and forgotten: RFC 9000 §8.1.
  @Test
  void floodOfFirstPacketsLeavesNothing() throws IOException {
    Random random = new Random(42);
    try (Harness harness = Harness.start(FINE);
        DatagramSocket socket = new DatagramSocket()) {
      for (int i = 0; i < 2_000; i++) {
        byte[] initial = new byte[1_200];
        random.nextBytes(initial);
        byte[] head = {(byte) 0xc0, 0, 0, 0, 1, 8};
        System.arraycopy(head, 0, initial, 0, head.length);
        initial[14] = 8; // the length of the source's ID
        initial[23] = 0; // no token
        send(socket, initial, harness.address());
      }
      DatagramPacket answer = new DatagramPacket(new byte[2_000], 2_000);
      socket.setSoTimeout(30_000);
      socket.receive(answer);
      assertThat(answer.getLength()).isLessThan(200);
      assertThat(answer.getData()[0] & 0xf0).isEqualTo(0xf0); // a Retry
      assertServes(harness);
    }
  }

  private static void send(DatagramSocket socket, byte[] bytes, InetSocketAddress to)
      throws IOException {
    socket.send(new DatagramPacket(bytes, bytes.length, to));
  }

  private static void assertServes(Harness harness) throws IOException {
    try (Http3Client client = harness.connect()) {
      assertThat(client.get("/").answer().body()).isEqualTo("fine");
    }
  }
}
