package dev.hangup.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Requests with a few bytes changed: whatever the server makes of them, nothing fails inside.
class FuzzTest {
  private static final int ROUNDS = 3000;
  private static final String HOST = " HTTP/1.1\r\nHost: test\r\n";
  private static final List<String> SEEDS =
      List.of(
          Harness.get("/a?b=c%20d&e"),
          Harness.get("http://test/a"),
          Harness.post("/", "body") + Harness.get("/"),
          "OPTIONS *" + HOST + "\r\n",
          "HEAD /" + HOST + "Connection: close\r\n\r\n",
          "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n",
          "POST /" + HOST + "Expect: 100-continue\r\nContent-Length: 4\r\n\r\nbody",
          "POST /"
              + HOST
              + "Transfer-Encoding: chunked\r\n\r\n4;a=\"b\"\r\nbody\r\n"
              + "0\r\nTrailer: x\r\n\r\n"
              + Harness.get("/"));
  private static final byte[] TELLING = "\r\n\0 :;,%/?*0159aF\u007f\u00ff\t-".getBytes(ISO_8859_1);

  @Test
  void nothingFailsInside() throws Exception {
    Handler echo = (request, response) -> response.bytes("text/plain", request.bodyBytes());
    try (Logs logs = new Logs();
        Harness harness = Harness.start(echo, o -> o.withMaxBodyBytes(1000))) {
      SplittableRandom random = new SplittableRandom(42);
      for (int round = 0; round < ROUNDS; round++) {
        byte[] request = mutated(SEEDS.get(random.nextInt(SEEDS.size())), random);
        send(harness, request, random.nextInt(request.length + 1));
      }
      ServerContext context = harness.server.context();
      Harness.await("nothing runs", () -> context.inFlight().running() == 0);
      Harness.awaitNothingHeld(context);
      assertThat(harness.answer("GET", "/")).startsWith("HTTP/1.1 200 ");
      assertThat(logs.alarmTexts()).isEmpty();
    }
  }

  private static byte[] mutated(String seed, SplittableRandom random) {
    byte[] bytes = seed.getBytes(ISO_8859_1);
    for (int change = random.nextInt(4); change >= 0; change--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = TELLING[random.nextInt(TELLING.length)];
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        default -> bytes = twice(bytes, at, at + random.nextInt(bytes.length - at));
      }
    }
    return bytes;
  }

  private static byte[] twice(byte[] bytes, int from, int to) {
    byte[] longer = Arrays.copyOf(bytes, bytes.length + to - from);
    System.arraycopy(bytes, from, longer, to, bytes.length - from);
    return longer;
  }

  /// In two pieces, so that every state is met at the end of a read.
  private static void send(Harness harness, byte[] request, int cut) throws IOException {
    try (RawClient client = harness.connect()) {
      client.send(Arrays.copyOf(request, cut));
      client.send(Arrays.copyOfRange(request, cut, request.length));
      client.halfClose();
      client.readAll();
    } catch (SocketException e) {
      assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe).*");
    }
  }
}
