package dev.hangup.server;

import static dev.hangup.server.Http2Frames.CONTINUATION;
import static dev.hangup.server.Http2Frames.GOAWAY;
import static dev.hangup.server.Http2Frames.PADDED;
import static dev.hangup.server.Http2Frames.PRIORITY;
import static dev.hangup.server.Http2Frames.WHOLE;
import static dev.hangup.server.Http2Frames.WITH_PRIORITY;
import static dev.hangup.server.Http2Frames.bytes;
import static dev.hangup.server.Http2Frames.data;
import static dev.hangup.server.Http2Frames.fields;
import static dev.hangup.server.Http2Frames.join;
import static dev.hangup.server.Http2Frames.open;
import static dev.hangup.server.Http2Frames.post;
import static dev.hangup.server.Http2Frames.priority;
import static dev.hangup.server.Http2Frames.setting;
import static dev.hangup.server.Http2Frames.window;
import static dev.hangup.server.Http2Frames.with;
import static dev.hangup.server.Http2Peer.END_HEADERS;
import static dev.hangup.server.Http2Peer.block;
import static dev.hangup.server.Http2Peer.frame;
import static dev.hangup.server.Http2Peer.number;
import static dev.hangup.testkit.RawHttp2Client.DATA;
import static dev.hangup.testkit.RawHttp2Client.HEADERS;
import static dev.hangup.testkit.RawHttp2Client.PING;
import static dev.hangup.testkit.RawHttp2Client.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.RawHttp2Client;
import dev.hangup.testkit.RawHttp2Client.Frame;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The list of cases that h2spec, the conformance suite, tries on HTTP/2 servers: those that a
/// server accepts. What breaks a rule is in [H2SpecTest], and the sections are named as there.
class H2SpecAcceptedTest {
  private static final String LONG = "x".repeat(16_384);

  private final Semaphore free = new Semaphore(0);
  private Logs logs;
  private Harness harness;

  @BeforeEach
  void start() throws IOException {
    logs = new Logs();
    Router router =
        Router.empty()
            .get("/", (_, response) -> response.text("fine"))
            .get("/bad", this::answerWhenFree)
            .post("/bad", (request, response) -> response.bytes("a/b", request.bodyBytes()));
    harness = Harness.start(router);
  }

  /// Not before all frames of a case have come.
  private void answerWhenFree(Request request, Response response) throws Exception {
    free.acquire();
    response.text(
        request.header("custom-key").or(() -> request.header("user-agent")).orElse("fine"));
  }

  @AfterEach
  void stop() {
    harness.close();
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
  }

  static Stream<Arguments> frames() {
    byte[] padded = join(bytes(3), "test".getBytes(StandardCharsets.US_ASCII), new byte[3]);
    byte[] paddedHead = join(bytes(3), block(fields()), new byte[3]);
    Frame more = frame(CONTINUATION, 0, 1, block("a", "b"));
    Frame last = frame(CONTINUATION, END_HEADERS, 1, block("c", "d"));
    Frame trailer = frame(HEADERS, WHOLE, 1, block("a", "b"));
    return Stream.of(
        accepted("§3.4 preface", "fine", get()),
        accepted("§4.1 unknown frame", "fine", frame(22, 255, 0, new byte[8]), get()),
        accepted("§4.1 undefined flags", "fine", frame(PING, 0x16, 0, new byte[8]), get()),
        accepted(
            "§4.1 reserved bit", "fine", frame(PING, 0, Integer.MIN_VALUE, new byte[8]), get()),
        accepted("§4.2 DATA of 2^14", LONG, post(), data(LONG, true)),
        accepted("§5.5 unknown frame", "fine", get(), frame(22, 0, 1, new byte[8])),
        accepted("§6.1 DATA", "test", post(), data("test", true)),
        accepted("§6.1 several DATA", "testtest", post(), data("test", false), data("test", true)),
        accepted("§6.1 padded DATA", "test", post(), frame(DATA, PADDED | 1, 1, padded)),
        accepted("§6.2 HEADERS", "fine", get()),
        accepted("§6.2 padded HEADERS", "fine", frame(HEADERS, WHOLE | PADDED, 1, paddedHead)),
        accepted("§6.5 SETTINGS", "fine", frame(SETTINGS, 0, 0, setting(3, 100)), get()),
        accepted("§6.5.2 unknown setting", "fine", frame(SETTINGS, 0, 0, setting(255, 1)), get()),
        accepted("§6.8 GOAWAY", "fine", get(), frame(GOAWAY, 0, 0, new byte[8])),
        accepted("§6.9 WINDOW_UPDATE", "fine", window(0, 1), get()),
        accepted("§6.9 WINDOW_UPDATE of a stream", "fine", get(), window(1, 1)),
        accepted("§6.10 CONTINUATION", "fine", open(), last),
        accepted("§6.10 several CONTINUATION", "fine", open(), more, more, last),
        accepted("§7 GOAWAY with an unknown code", "fine", get(), goAway(255)),
        accepted("§8.1 GET", "fine", get()),
        accepted("§8.1 HEAD", "", Http2Frames.get(1, with(":method", "HEAD"))),
        accepted("§8.1 POST", "test", post(), data("test", true)),
        accepted("§8.1 POST with trailers", "test", post(), data("test", false), trailer));
  }

  static Stream<Arguments> priorities() {
    byte[] head = block(fields());
    Frame third = frame(PRIORITY, 0, 3, priority(0));
    return Stream.of(
        accepted("§5.1 PRIORITY of an idle stream", "fine", weight(0), get()),
        accepted("§5.1 PRIORITY of a higher idle stream", "fine", third, get()),
        accepted("§5.1 WINDOW_UPDATE of a half-closed stream", "fine", get(), window(1, 1)),
        accepted("§5.1 PRIORITY of a half-closed stream", "fine", get(), weight(0)),
        accepted(
            "§6.2 HEADERS with priority",
            "fine",
            frame(HEADERS, WHOLE | WITH_PRIORITY, 1, join(priority(0), head))),
        accepted("§6.3 PRIORITY of weight 1", "fine", get(), weight(0)),
        accepted("§6.3 PRIORITY of weight 256", "fine", get(), weight(255)),
        accepted("§6.3 PRIORITY below another", "fine", get(), frame(PRIORITY, 0, 1, priority(3))),
        accepted(
            "§6.3 exclusive PRIORITY",
            "fine",
            get(),
            frame(PRIORITY, 0, 1, priority(3 | Integer.MIN_VALUE))));
  }

  /// RFC 7541 appendix C.4.3 has these in Huffman's code.
  static Stream<Arguments> compression() {
    byte[] name = text("user-agent");
    byte[] value = text("test");
    byte[] custom = bytes(0x88, 0x25, 0xa8, 0x49, 0xe9, 0x5b, 0xa9, 0x7d, 0x7f);
    byte[] huffman = bytes(0x89, 0x25, 0xa8, 0x49, 0xe9, 0x5b, 0xb8, 0xe8, 0xb4, 0xbf);
    byte[] resize = bytes(0x3f, 0x61);
    return Stream.of(
        indexed(),
        hpack("§6.2.1 indexed, known name", "test", bytes(0x7a), value),
        hpack("§6.2.1 indexed, known name, Huffman", "custom-value", bytes(0x7a), huffman),
        hpack("§6.2.1 indexed, new name", "test", bytes(0x40), name, value),
        hpack("§6.2.1 indexed, new name, Huffman", "custom-value", bytes(0x40), custom, huffman),
        hpack("§6.2.2 not indexed, known name", "test", bytes(0x0f, 0x2b), value),
        hpack("§6.2.2 not indexed, known, Huffman", "custom-value", bytes(0x0f, 0x2b), huffman),
        hpack("§6.2.2 not indexed, new name", "test", bytes(0), name, value),
        hpack("§6.2.2 not indexed, new, Huffman", "custom-value", bytes(0), custom, huffman),
        hpack("§6.2.3 never indexed, known name", "test", bytes(0x1f, 0x2b), value),
        hpack("§6.2.3 never indexed, known, Huffman", "custom-value", bytes(0x1f, 0x2b), huffman),
        hpack("§6.2.3 never indexed, new name", "test", bytes(0x10), name, value),
        hpack("§6.2.3 never indexed, new, Huffman", "custom-value", bytes(0x10), custom, huffman),
        head("§6.3 size update", "fine", join(resize, block(fields()))),
        head("§6.3 two size updates", "fine", join(resize, resize, block(fields()))));
  }

  private static Arguments indexed() {
    byte[] indexed = bytes(0x82, 0x86); // :method GET, :scheme http
    return head(
        "§6.1 indexed field", "fine", join(indexed, block(":authority", "test", ":path", "/bad")));
  }

  private static Arguments hpack(String name, String body, byte[]... field) {
    return head(name, body, join(block(fields()), join(field)));
  }

  private static Arguments head(String name, String body, byte[] block) {
    return accepted("RFC 7541 " + name, body, frame(HEADERS, WHOLE, 1, block));
  }

  private static Arguments accepted(String name, String body, Frame... frames) {
    return argumentSet(name, body, List.of(frames));
  }

  private static Frame get() {
    return Http2Frames.get(1, fields());
  }

  private static Frame weight(int weight) {
    return frame(PRIORITY, 0, 1, bytes(0, 0, 0, 0, weight));
  }

  private static Frame goAway(int code) {
    return frame(GOAWAY, 0, 0, join(number(0), number(code)));
  }

  private static byte[] text(String text) {
    return join(bytes(text.length()), text.getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @MethodSource({"frames", "priorities", "compression"})
  void isServed(String body, List<Frame> frames) throws IOException {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      peer.say(frames);
      peer.awaitPong();
      free.release();
      assertThat(peer.await(1).status()).isEqualTo(200);
      assertThat(peer.answer(1).body()).isEqualTo(body);
      assertThat(peer.goAway()).isEqualTo(Http2Peer.NONE);
    }
  }

  /// §5.1, §7: also with a code that nobody knows.
  @Test
  void requestThatWasSentWholeCanBeReset() throws IOException {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      peer.reset(peer.get("/bad"), 255);
      assertThat(Http2Outcome.of(peer, 1)).isEqualTo(new Http2Outcome.Ignored());
      assertThat(peer.await(peer.get("/")).body()).isEqualTo("fine");
    }
  }

  /// §5.1
  @Test
  void priorityOfAClosedStreamIsIgnored() throws IOException {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      assertThat(peer.await(peer.get("/")).body()).isEqualTo("fine");
      peer.say(List.of(weight(7)));
      assertThat(peer.await(peer.get("/")).body()).isEqualTo("fine");
    }
  }

  /// §3.4
  @Test
  void settingsAreTheFirstThatTheServerSays() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(harness.server.address());
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] head = new DataInputStream(socket.getInputStream()).readNBytes(9);
      assertThat(head[3]).isEqualTo((byte) SETTINGS);
      assertThat(head[4]).isZero();
    }
  }

  /// §6.5.3
  @Test
  void settingsAreAcknowledged() throws IOException {
    try (RawClient client = harness.connect()) {
      RawHttp2Client speaks = RawHttp2Client.over(client);
      speaks.send(frame(SETTINGS, 0, 0, setting(2, 0)));
      assertThat(speaks.read(SETTINGS).flags()).isEqualTo(1);
    }
  }

  /// §6.7
  @Test
  void pingIsAnsweredAlikeAndItsAnswerIsNot() throws IOException {
    try (RawClient client = harness.connect()) {
      RawHttp2Client speaks = RawHttp2Client.over(client);
      speaks.send(frame(PING, 1, 0, "unasked!".getBytes(StandardCharsets.US_ASCII)));
      speaks.send(frame(PING, 0, 0, "h2spec 1".getBytes(StandardCharsets.US_ASCII)));
      Frame pong = speaks.read(PING);
      assertThat(pong.flags()).isEqualTo(1);
      assertThat(new String(pong.payload().array(), StandardCharsets.US_ASCII))
          .isEqualTo("h2spec 1");
    }
  }

  // Windows: §6.5.3, §6.9.1, §6.9.2

  private static void windowOf(Http2Peer peer, int... sizes) throws IOException {
    ByteBuffer settings = ByteBuffer.allocate(6 * sizes.length);
    for (int size : sizes) {
      settings.put(setting(4, size));
    }
    peer.client.send(frame(SETTINGS, 0, 0, settings.array()));
    peer.awaitPong();
  }

  private static void hasLength(Http2Peer peer, int stream, int length) throws IOException {
    peer.awaitUntil(() -> peer.answer(stream).length() >= length);
    peer.awaitPong();
    assertThat(peer.answer(stream).length()).isEqualTo(length);
  }

  @Test
  void noMoreIsSentThanTheWindowAllows() throws IOException {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      windowOf(peer, 100, 1); // the last one counts
      int stream = peer.get("/");
      hasLength(peer, stream, 1);
      peer.say(List.of(window(stream, 100)));
      assertThat(peer.await(stream).body()).isEqualTo("fine");
    }
  }

  @Test
  void changedInitialWindowChangesThatOfEachStream() throws IOException {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      windowOf(peer, 0);
      int stream = peer.get("/");
      peer.awaitUntil(() -> peer.answer(stream).status() == 200);
      hasLength(peer, stream, 0);
      windowOf(peer, 1);
      hasLength(peer, stream, 1);
    }
  }

  @Test
  void windowCanBeNegative() throws IOException {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      windowOf(peer, 3);
      int stream = peer.get("/");
      hasLength(peer, stream, 3);
      windowOf(peer, 2); // -1 is left
      peer.say(List.of(window(stream, 1)));
      hasLength(peer, stream, 3);
      peer.say(List.of(window(stream, 1)));
      hasLength(peer, stream, 4);
    }
  }
}
