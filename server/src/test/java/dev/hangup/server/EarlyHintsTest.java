package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.hangup.testkit.RawClient;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class EarlyHintsTest {
  private static final String STYLE = "</style.css>; rel=preload; as=style";
  private static final String SCRIPT = "</app.js>; rel=preload; as=script";

  private final Semaphore gate = new Semaphore(0);
  private final Handler handler =
      (_, response) -> {
        response.earlyHints(STYLE, SCRIPT);
        gate.acquire(); // the client has the hints while it waits
        response.header("Link", STYLE).text("done");
        assertThatIllegalStateException().isThrownBy(() -> response.earlyHints(STYLE));
      };

  @Test
  void hintsComeBeforeTheAnswer() throws Exception {
    try (Harness harness = Harness.start(handler);
        RawClient client = harness.connect()) {
      for (String method : new String[] {"GET", "HEAD"}) {
        client.request(method, "/");
        assertThat(client.readHead())
            .isEqualTo(
                "HTTP/1.1 103 Early Hints\r\nLink: " + STYLE + "\r\nLink: " + SCRIPT + "\r\n\r\n");
        gate.release();
        String head = client.readHead();
        assertThat(head).startsWith("HTTP/1.1 200 ").contains("Link: " + STYLE + "\r\n");
        assertThat(method.equals("HEAD") ? "done" : client.read(4)).isEqualTo("done");
        assertThat(harness.nextEntry()).matches(e -> e.status() == 200);
      }
    }
  }

  @Test
  void hintsComeBeforeTheAnswerOverHttp2() throws Exception {
    try (Harness harness = Harness.start(handler);
        Http2Peer peer = Http2Peer.connect(harness)) {
      int stream = peer.get("/");
      peer.awaitUntil(() -> peer.answer(stream).informational == 1);
      assertThat(peer.answer(stream).hints).containsEntry(":status", "103").containsKey("link");
      assertThat(peer.answer(stream).isDecided()).isFalse();
      gate.release();
      assertThat(peer.await(stream).body()).isEqualTo("done");
      assertThat(peer.answer(stream).status()).isEqualTo(200);
    }
  }

  @Test
  void oldClientGetsNone() throws Exception {
    gate.release();
    try (Harness harness = Harness.start(handler)) {
      assertThat(harness.exchange("GET / HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void linkThatCouldNotBeSentIsRefused() throws Exception {
    Handler injects =
        (_, response) -> {
          assertThatIllegalArgumentException()
              .isThrownBy(() -> response.earlyHints(STYLE, "a\r\nSet-Cookie: b"));
          response.text("refused");
        };
    try (Harness harness = Harness.start(injects)) {
      assertThat(harness.answer("GET", "/")).startsWith("HTTP/1.1 200 ").endsWith("refused");
    }
  }
}
