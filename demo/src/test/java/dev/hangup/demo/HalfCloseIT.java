package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The packaged demo, and clients of which only a FIN arrives: those that wait and those that are
/// gone, also behind a proxy that passes TCP on.
class HalfCloseIT {
  private static final int TRIALS = 100;
  private static final Duration SOON = Duration.ofSeconds(5); // some ms on a machine at rest

  private static DemoProcess demo;
  private static HAProxy haproxy;

  /// How the client is connected.
  enum Way {
    DIRECT,
    HAPROXY_TCP;

    InetSocketAddress address() {
      return switch (this) {
        case DIRECT -> new InetSocketAddress(InetAddress.getLoopbackAddress(), demo.port());
        case HAPROXY_TCP -> haproxy.tcp();
      };
    }
  }

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    demo = DemoProcess.startWithTls(folder);
    haproxy = HAProxy.start(Files.createDirectory(folder.resolve("haproxy")), demo.port());
  }

  @AfterAll
  static void stop() throws Exception {
    if (haproxy != null) {
      haproxy.stop();
    }
    if (demo != null) {
      demo.stop();
    }
  }

  @ParameterizedTest
  @EnumSource
  void clientThatWaitsGetsItsAnswer(Way way) throws Exception {
    try (RawClient client = RawClient.connect(way.address())) {
      ask(client, "waits-" + way, "/work?steps=10&ms=50");
      client.halfClose();

      assertThat(client.readAll())
          .startsWith("HTTP/1.1 102 Processing\r\n\r\n")
          .contains("HTTP/1.1 200 OK\r\n")
          .endsWith("{\"status\":\"Task completed successfully\"}");
    }
  }

  @ParameterizedTest
  @EnumSource
  void clientThatIsGoneIsHeardSoon(Way way) throws Exception {
    List<Duration> delays = new ArrayList<>();
    for (int i = 0; i < TRIALS; i++) {
      delays.add(delay(way, "gone-" + way + "-" + i));
    }
    delays.sort(null);
    Duration middle = delays.get(TRIALS / 2);
    System.out.printf(
        Locale.ROOT,
        "%s: told after %.1f ms, p99 %.1f ms, at most %.1f ms%n",
        way,
        millis(middle),
        millis(delays.get(TRIALS * 99 / 100 - 1)),
        millis(delays.getLast()));

    assertThat(middle).isLessThan(SOON);
  }

  private static double millis(Duration delay) {
    return delay.toNanos() / 1e6;
  }

  /// From the client's close to the cancel of its work.
  private static Duration delay(Way way, String id) throws Exception {
    RawClient client = RawClient.connect(way.address());
    ask(client, id, "/work?steps=1&ms=60000");
    Instant left = Instant.now();
    client.leave(new Leaving.Close());
    TracedEvent told = demo.awaitTraced(id, "told");

    assertThat(told.reason()).matches("client_(closed|reset)");
    return Duration.between(left, Instant.EPOCH.plus(told.at(), ChronoUnit.MICROS));
  }

  private static void ask(RawClient client, String id, String target) throws Exception {
    client.send("GET " + target + " HTTP/1.1\r\nHost: test\r\nX-Request-Id: " + id + "\r\n\r\n");
    demo.awaitTraced(id, "started");
  }
}
