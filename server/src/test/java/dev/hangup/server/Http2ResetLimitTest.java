package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Resets that a client sends, or provokes: a flood costs it its connection, honest use does not.
class Http2ResetLimitTest {
  private static final int CANCEL = 8;
  private static final int CALM = 11;

  /// So few that a slow machine, too, provokes them in the half minute in which they are counted.
  private static final int RESETS = 200;

  private final Logs logs = new Logs();
  private Harness harness;

  @BeforeEach
  void start() throws IOException {
    Router router =
        Router.empty()
            .get("/", (_, response) -> response.text("fine"))
            .get("/block", this::block)
            .post("/block", this::block)
            .post("/ignore", (_, response) -> response.text("ignored"));
    harness = Harness.start(router);
  }

  @AfterEach
  void stop() {
    harness.close();
    logs.close();
    Harness.awaitNothingHeld(harness.server.context());
    assertThat(logs.alarmTexts()).isEmpty();
  }

  private void block(Request request, Response response) throws InterruptedException {
    new CountDownLatch(1).await();
  }

  private static void isUsable(Http2Peer peer) throws IOException {
    assertThat(peer.await(peer.get("/")).body()).isEqualTo("fine");
  }

  /// What makes a server reset a stream, without the client resetting anything.
  enum Provocation {
    WINDOW_UPDATE_OF_NOTHING,
    WINDOW_OVERFLOW,
    TOO_SHORT_BODY,
    DATA_AFTER_THE_END,
    HEAD_AFTER_THE_END,
    PRIORITY_ON_ITSELF,
    PRIORITY_ON_ITSELF_OF_AN_IDLE_STREAM
  }

  @ParameterizedTest
  @EnumSource
  void tooManyProvokedResetsEndTheConnection(Provocation provocation) throws Exception {
    try (Harness strict =
        Harness.start(harness.server.context().handler(), o -> o.withMaxResets(RESETS))) {
      try (Http2Peer peer = Http2Peer.connect(strict)) {
        for (int i = 0; i < RESETS; i++) {
          provoke(peer, provocation);
          peer.awaitPong();
        }
        assertThat(peer.isGone()).isFalse();
        isUsable(peer);
        provoke(peer, provocation);
        assertThat(peer.awaitEnd()).isEqualTo(CALM);
      }
      Harness.await("nothing runs", () -> strict.server.context().inFlight().running() == 0);
    }
  }

  private static void provoke(Http2Peer peer, Provocation provocation) throws IOException {
    switch (provocation) {
      case WINDOW_UPDATE_OF_NOTHING -> update(peer, peer.get("/block"), 0);
      case WINDOW_OVERFLOW -> update(peer, peer.get("/block"), Integer.MAX_VALUE);
      case DATA_AFTER_THE_END -> peer.data(peer.get("/block"), new byte[1], false);
      case HEAD_AFTER_THE_END -> peer.client.send(Http2Frames.get(peer.get("/block"), "a", "b"));
      case PRIORITY_ON_ITSELF -> prioritize(peer, peer.get("/block"));
      case PRIORITY_ON_ITSELF_OF_AN_IDLE_STREAM -> prioritize(peer, 100_001);
      case TOO_SHORT_BODY -> {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(":method", "POST");
        fields.put(":scheme", "http");
        fields.put(":authority", "test");
        fields.put(":path", "/block");
        fields.put("content-length", "2");
        peer.data(peer.client.request(fields, false), new byte[1], true);
      }
    }
  }

  private static void prioritize(Http2Peer peer, int stream) throws IOException {
    byte[] itself = Http2Frames.priority(stream);
    peer.client.send(Http2Peer.frame(Http2Frames.PRIORITY, 0, stream, itself));
  }

  private static void update(Http2Peer peer, int stream, int increment) throws IOException {
    peer.client.send(
        Http2Peer.frame(Http2Peer.WINDOW_UPDATE, 0, stream, Http2Peer.number(increment)));
  }

  /// Half a minute of fast typing, 20 letters a second, in less than that: each letter gives the
  /// search for the one before up, and each tenth waits for its answer.
  @Test
  void searchAsYouTypeCostsNobodyItsConnection() throws Exception {
    try (Http2Peer page = Http2Peer.connect(harness)) {
      for (int letter = 0; letter < 600; letter++) {
        int search = page.get("/block");
        if (letter % 3 == 0) {
          page.awaitPong(); // it has begun
        }
        page.reset(search, CANCEL);
        if (letter % 10 == 0) {
          isUsable(page);
        }
      }
      isUsable(page);
      assertThat(page.goAway()).isEqualTo(Http2Peer.NONE);
      Harness.await("all stop", () -> harness.server.context().inFlight().running() == 0);
    }
  }

  /// Their DATA is under way when the answer and the reset come.
  @Test
  void refusedUploadsCostNobodyItsConnection() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      for (int round = 0; round < 2; round++) {
        List<Integer> streams = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
          streams.add(peer.post("/ignore"));
        }
        for (int stream : streams) {
          peer.awaitUntil(() -> peer.answer(stream).reset != Http2Peer.NONE);
          for (int late = 0; late < 10; late++) {
            peer.data(stream, new byte[1_000], false);
          }
          peer.reset(stream, CANCEL);
          peer.awaitPong();
          assertThat(peer.answer(stream).body()).isEqualTo("ignored");
          assertThat(peer.answer(stream).resets).isEqualTo(1);
        }
      }
      isUsable(peer);
      assertThat(peer.goAway()).isEqualTo(Http2Peer.NONE);
    }
  }

  @Test
  void abortedUploadsCostNobodyItsConnection() throws Exception {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      for (int round = 0; round < 500; round++) {
        int stream = peer.post("/block");
        for (int i = 0; i < 10; i++) {
          peer.upload(stream, new byte[1_000]);
        }
        peer.reset(stream, CANCEL);
      }
      isUsable(peer);
      assertThat(peer.goAway()).isEqualTo(Http2Peer.NONE);
    }
  }
}
