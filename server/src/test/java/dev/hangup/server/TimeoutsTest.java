package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeoutsTest {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration LONGER = Duration.ofSeconds(2);

  private final Logs logs = new Logs();

  @AfterEach
  void stop() {
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
  }

  private static Harness start(UnaryOperator<ServerOptions> options) throws IOException {
    return Harness.start((_, response) -> response.text("fine"), options);
  }

  @ParameterizedTest
  @ValueSource(strings = {"G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: test\r\n", "\r"})
  void headThatDoesNotEndIsRefused(String part) throws Exception {
    try (Harness harness = start(o -> o.withHeaderTimeout(SHORT))) {
      assertThat(harness.exchange(part))
          .startsWith("HTTP/1.1 408 Request Timeout\r\n")
          .contains("\r\nconnection: close\r\n")
          .endsWith("408 Request Timeout: the request's head took too long\n");
      assertThat(harness.nextEntry())
          .matches(e -> e.status() == 408 && e.target().equals("-") && e.reason().isEmpty());
    }
  }

  @Test
  void headThatTricklesIsRefused() throws Exception {
    try (Harness harness = start(o -> o.withHeaderTimeout(SHORT));
        RawClient client = harness.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: test\r\nX: ");
      while (harness.entriesWaiting() == 0) { // or for ever
        trickle(client);
        Harness.pause(20);
      }
      assertThat(client.readHead()).startsWith("HTTP/1.1 408 ");
    }
  }

  /// It is never silent for long.
  @Test
  void whoGoesOnAfterTheLastAnswerIsCutInTime() throws Exception {
    try (Harness harness = start(o -> o.withHeaderTimeout(SHORT));
        RawClient client = harness.connect()) {
      long begun = System.nanoTime();
      client.send("GET /");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 408 ");
      while (harness.server.connections() > 0) { // or for ever
        trickle(client);
        Harness.pause(50);
      }
      assertThat(System.nanoTime() - begun).isGreaterThan(3_000_000_000L);
    }
  }

  private static void trickle(RawClient client) throws IOException {
    try {
      client.send("a");
    } catch (SocketException closed) {
      // as it deserves
    }
  }

  /// Long before the time is over that one who sends slowly has.
  @Test
  void whoSendsMuchAfterTheLastAnswerIsCut() throws Exception {
    byte[] megabyte = new byte[1 << 20];
    try (Harness harness = start(o -> o.withMaxBodyBytes(1));
        RawClient client = harness.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10000000000\r\n\r\n");
      int sent = 0;
      try {
        for (; sent < 2_000; sent++) {
          client.send(megabyte);
        }
      } catch (SocketException closed) {
        // as it deserves
      }
      assertThat(sent).isBetween(31, 200); // what the kernels hold comes on top
      assertThat(client.readHead()).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void secondHeadHasItsOwnTime() throws Exception {
    try (Harness harness = start(o -> o.withHeaderTimeout(LONGER));
        RawClient client = harness.connect()) {
      for (int i = 0; i < 4; i++) { // together longer than the timeout
        client.send("GET / HTTP/1.1\r\n");
        Harness.pause(550);
        client.send("Host: test\r\n\r\n");
        assertThat(client.readResponse()).endsWith("fine");
      }
      assertThat(client.send("GET /").readAll()).startsWith("HTTP/1.1 408 ");
    }
  }

  @Test
  void restOfABodyIsNoHead() throws Exception {
    try (Harness harness = start(o -> o.withHeaderTimeout(SHORT));
        RawClient client = harness.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n");
      assertThat(client.readResponse()).endsWith("fine");
      client.send("12345");
      Harness.pause(100);
      client.send("67890");
      Harness.pause(400);
      assertThat(client.request("GET", "/").readResponse()).endsWith("fine");
    }
  }

  @Test
  void idleConnectionIsClosed() throws Exception {
    try (Harness harness = start(o -> o.withIdleTimeout(SHORT));
        RawClient fresh = harness.connect();
        RawClient used = harness.connect()) {
      assertThat(fresh.readAll()).isEmpty();
      assertThat(used.readAll()).isEmpty();
      assertThat(harness.entriesWaiting()).isZero();
    }
  }

  @Test
  void connectionIsIdleFromItsLastAnswer() throws Exception {
    try (Harness harness = start(o -> o.withIdleTimeout(LONGER));
        RawClient client = harness.connect()) {
      for (int i = 0; i < 4; i++) { // together longer than the timeout
        assertThat(client.request("GET", "/").readResponse()).endsWith("fine");
        Harness.pause(550);
      }
      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void connectionIsNotIdleWhileAHandlerRuns() throws Exception {
    Handler slow =
        (_, response) -> {
          Thread.sleep(500); // longer than the timeout, which is what this is about
          response.text("fine");
        };
    try (Harness harness = Harness.start(slow, o -> o.withIdleTimeout(SHORT));
        RawClient client = harness.connect()) {
      assertThat(client.request("GET", "/").readResponse()).endsWith("fine");
    }
  }

  @Test
  void bodyThatIsNeverFinishedDoesNotKeepTheConnection() throws Exception {
    try (Harness harness = start(o -> o.withIdleTimeout(SHORT));
        RawClient client = harness.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n12345");
      assertThat(client.readResponse()).endsWith("fine");
      assertThat(client.readAll()).isEmpty();
    }
  }
}
