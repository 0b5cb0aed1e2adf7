package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.OutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrailersTest {
  private static final Handler STREAMS =
      (_, response) -> {
        response.trailer("X-Rows", "?");
        OutputStream body = response.stream("text/plain");
        body.write('a');
        response.trailer("X-Rows", "1").trailer("X-Late", "yes");
      };

  private final Logs logs = new Logs();

  @AfterEach
  void stop() {
    logs.close();
  }

  @Test
  void trailersFollowTheChunks() throws Exception {
    try (Harness harness = Harness.start(STREAMS)) {
      assertThat(harness.answer("GET", "/"))
          .contains("trailer: X-Rows\r\n")
          .endsWith("\r\n1\r\na\r\n0\r\nX-Rows: 1\r\nX-Late: yes\r\n\r\n");
    }
  }

  @Test
  void trailersEndAnHttp2Stream() throws Exception {
    try (Harness harness = Harness.start(STREAMS);
        Http2Peer peer = Http2Peer.connect(harness)) {
      Http2Peer.Answer answer = peer.await(peer.get("/"));
      assertThat(answer.ended).isTrue();
      assertThat(answer.body()).isEqualTo("a");
      assertThat(answer.fields)
          .containsEntry("trailer", "X-Rows")
          .containsEntry("x-rows", "1")
          .containsEntry("x-late", "yes");
      int head = peer.client.request("HEAD", "/", true);
      assertThat(peer.await(head).fields).doesNotContainKey("x-rows");
      assertThat(peer.answer(head).ended).isTrue();
    }
  }

  @Test
  void trailersAreDroppedWhereThereIsNoPlaceForThem() throws Exception {
    try (Harness harness = Harness.start(STREAMS)) {
      assertThat(harness.exchange("GET / HTTP/1.0\r\n\r\n")).endsWith("\r\n\r\na");
      assertThat(harness.answer("HEAD", "/")).endsWith("\r\n\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length",
        "transfer-encoding",
        "HOST",
        "Set-Cookie",
        "Cache-Control",
        "Trailer",
        "Content-Type",
        "Authorization",
        "If-None-Match",
        "Location",
        "Connection"
      })
  void fieldThatIsNeededBeforeTheBodyIsRefused(String name) throws Exception {
    Handler handler =
        (_, response) -> {
          assertThatIllegalArgumentException()
              .isThrownBy(() -> response.trailer(name, "1"))
              .withMessage(
                  "trailer: " + name + " (expected: no field that is needed before the body)");
          response.text("refused");
        };
    try (Harness harness = Harness.start(handler)) {
      assertThat(harness.answer("GET", "/")).endsWith("refused");
    }
  }

  @Test
  void trailerThatCouldNotBeSentIsRefused() throws Exception {
    Handler handler =
        (_, response) -> {
          for (String name : new String[] {"", "A B", ":status", "A\r\nB"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> response.trailer(name, "1"));
          }
          assertThatIllegalArgumentException().isThrownBy(() -> response.trailer("A", "1\r\nB: 2"));
          response.text("refused");
        };
    try (Harness harness = Harness.start(handler)) {
      assertThat(harness.answer("GET", "/")).endsWith("refused");
    }
  }

  @Test
  void trailersNeedAnOpenBodyOfUnknownLength() throws Exception {
    Handler handler =
        (_, response) -> {
          response.trailer("A", "1");
          assertThatIllegalStateException().isThrownBy(() -> response.text("x"));
          assertThatIllegalStateException().isThrownBy(() -> response.stream("text/plain", 1));
          response.stream("text/plain");
          response.end();
          assertThatIllegalStateException().isThrownBy(() -> response.trailer("A", "2"));
        };
    try (Harness harness = Harness.start(handler)) {
      assertThat(harness.answer("GET", "/")).endsWith("\r\n0\r\nA: 1\r\n\r\n");
    }
  }

  @Test
  void errorHasNoneOfTheTrailers() throws Exception {
    Handler handler =
        (_, response) -> {
          response.trailer("A", "1");
          throw new HttpException(409, "on purpose");
        };
    try (Harness harness = Harness.start(handler)) {
      assertThat(harness.answer("GET", "/")).startsWith("HTTP/1.1 409 ").doesNotContain("A: 1");
    }
  }
}
