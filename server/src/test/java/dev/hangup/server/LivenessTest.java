package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.RawHttp2Client;
import dev.hangup.testkit.RawHttp2Client.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What liveness does on a network that works; VanishedClientIT has one that does not.
class LivenessTest {
  private final CompletableFuture<CancelReason> told = new CompletableFuture<>();
  private final CountDownLatch answer = new CountDownLatch(1);

  private Harness harness(ServerOptions.Transport transport) throws IOException {
    return harness(transport, Duration.ofSeconds(1));
  }

  private Harness harness(ServerOptions.Transport transport, Duration liveness) throws IOException {
    return Harness.start(
        (_, response) -> {
          Cancellation.current().onCancel(told::complete);
          try {
            answer.await();
          } catch (InterruptedException e) {
            // it answers all the same
          }
          response.text("answer");
        },
        o -> o.withTransport(transport).withMaxBodyBytes(1 << 30).withLiveness(liveness));
  }

  /// Ten thousand probes at one moment overrun the network's queues: who answers seems not to.
  @Test
  @EnabledOnOs(OS.LINUX)
  void crowdIsAskedAtManyMoments() throws Exception {
    List<RawClient> crowd = new ArrayList<>();
    try (Harness harness = harness(ServerOptions.Transport.AUTO, Duration.ofSeconds(10))) {
      for (int i = 0; i < 100; i++) {
        crowd.add(harness.connect());
      }
      for (RawClient client : crowd) {
        client.request("GET", "/");
      }
      Harness.await("all are probed", () -> nextProbes(harness).size() == crowd.size());
      assertThat(nextProbes(harness).stream().map(hundredths -> hundredths / 10).distinct())
          .hasSizeGreaterThan(5);
      answer.countDown();
    } finally {
      for (RawClient client : crowd) {
        client.close();
      }
    }
  }

  /// As one whose process is frozen.
  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void clientThatAnswersNoPingHasVanished(ServerOptions.Transport transport) throws Exception {
    try (Harness harness = harness(transport);
        RawClient connection = harness.connect()) {
      RawHttp2Client client = RawHttp2Client.over(connection);
      int _ = client.request("GET", "/", true);
      assertThat(client.read(RawHttp2Client.PING).flags()).isZero();
      assertThat(told.get(30, TimeUnit.SECONDS)).isInstanceOf(CancelReason.PeerVanished.class);
      AccessEntry entry = harness.nextEntry();
      assertThat(entry.status()).isEqualTo(499);
      assertThat(entry.reason()).map(CancelReason::code).hasValue("peer_vanished");
    }
  }

  @Test
  void clientThatAnswersPingsWaitsOn() throws Exception {
    try (Harness harness = harness(ServerOptions.Transport.AUTO);
        RawClient connection = harness.connect()) {
      RawHttp2Client client = RawHttp2Client.over(connection);
      int _ = client.request("GET", "/", true);
      for (int i = 0; i < 3; i++) {
        Frame ping = client.read(RawHttp2Client.PING);
        client.send(new Frame(RawHttp2Client.PING, RawHttp2Client.END_STREAM, 0, ping.payload()));
      }
      answer.countDown();
      assertThat(client.read(RawHttp2Client.HEADERS).stream()).isEqualTo(1);
      assertThat(told).isNotDone();
    }
  }

  /// Any frame is a sign of life, and there is no second ping before the first is answered.
  @Test
  void clientThatSendsAnythingIsNotFrozen() throws Exception {
    try (Harness harness = harness(ServerOptions.Transport.AUTO);
        RawClient connection = harness.connect()) {
      RawHttp2Client client = RawHttp2Client.over(connection);
      int _ = client.request("GET", "/", true);
      client.read(RawHttp2Client.PING);
      for (int i = 0; i < 8; i++) {
        Harness.pause(500);
        client.send(new Frame(RawHttp2Client.SETTINGS, 0, 0, java.nio.ByteBuffer.allocate(0)));
        assertThat(client.read().type()).isEqualTo(RawHttp2Client.SETTINGS);
      }
      assertThat(told).isNotDone();
      answer.countDown();
      client.read(RawHttp2Client.HEADERS);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  @EnabledOnOs(OS.LINUX)
  void clientIsProbedOnlyWhileItWaits(ServerOptions.Transport transport) throws Exception {
    try (Harness harness = harness(transport);
        RawClient client = harness.connect()) {
      client.request("GET", "/");
      Harness.await("probes begin", () -> isProbed(harness));
      answer.countDown();
      assertThat(client.readResponse()).endsWith("answer");
      Harness.await("probes end", () -> !isProbed(harness));
      client.request("GET", "/");
      assertThat(client.readResponse()).endsWith("answer");
      assertThat(told).isNotDone();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void zeroNeverAsks() throws Exception {
    try (Harness harness =
            Harness.start(
                (_, response) -> {
                  answer.await(2, TimeUnit.SECONDS);
                  response.text("probed: " + told.isDone());
                },
                o -> o.withLiveness(Duration.ZERO));
        RawClient client = harness.connect()) {
      client.request("GET", "/");
      for (int i = 0; i < 15; i++) {
        Harness.pause(100);
        assertThat(isProbed(harness)).isFalse();
      }
      assertThat(client.readResponse()).endsWith("false");
    }
  }

  /// Its window is as closed as ours: only probes go either way.
  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void clientThatCannotSendOnIsNotGone(ServerOptions.Transport transport) throws Exception {
    int length = 64 << 20; // more than all buffers between us
    try (Harness harness = harness(transport);
        RawClient client = harness.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: " + length + "\r\n\r\n");
      Thread sender = Thread.ofPlatform().start(() -> sendWithoutEnd(client, length));
      Harness.pause(4_000);
      assertThat(told).isNotDone();
      assertThat(sender.isAlive()).isTrue();
      answer.countDown();
      assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
    }
  }

  private static void sendWithoutEnd(RawClient client, int length) {
    try {
      client.send(new byte[length]);
    } catch (IOException e) {
      // the answer came first, and the connection is closed
    }
  }

  private static boolean isProbed(Harness harness) {
    return !nextProbes(harness).isEmpty();
  }

  /// Of each of the server's connections whose keep-alive timer runs, in how many hundredths of a
  /// second it goes off: proc_net_tcp(5).
  private static List<Integer> nextProbes(Harness harness) {
    String local = String.format(Locale.ROOT, ":%04X", harness.server.port());
    return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
        .flatMap(LivenessTest::lines)
        .map(line -> List.of(line.strip().split("\\s+", 7)))
        .filter(row ->
            row.get(1).endsWith(local)
                && row.get(3).equals("01") // established
                && row.get(5).startsWith("02:"))
        .map(row -> Integer.parseInt(row.get(5).substring(3), 16))
        .toList();
  }

  private static Stream<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file)).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
