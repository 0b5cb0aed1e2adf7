package dev.hangup.server;

import static dev.hangup.server.Http2Frames.COMPRESSION;
import static dev.hangup.server.Http2Frames.CONTINUATION;
import static dev.hangup.server.Http2Frames.FLOW_CONTROL;
import static dev.hangup.server.Http2Frames.FRAME_SIZE;
import static dev.hangup.server.Http2Frames.GOAWAY;
import static dev.hangup.server.Http2Frames.MAX;
import static dev.hangup.server.Http2Frames.PADDED;
import static dev.hangup.server.Http2Frames.PRIORITY;
import static dev.hangup.server.Http2Frames.PROTOCOL;
import static dev.hangup.server.Http2Frames.PUSH_PROMISE;
import static dev.hangup.server.Http2Frames.REFUSED_STREAM;
import static dev.hangup.server.Http2Frames.STREAM_CLOSED;
import static dev.hangup.server.Http2Frames.WHOLE;
import static dev.hangup.server.Http2Frames.WITH_PRIORITY;
import static dev.hangup.server.Http2Frames.bytes;
import static dev.hangup.server.Http2Frames.data;
import static dev.hangup.server.Http2Frames.fields;
import static dev.hangup.server.Http2Frames.join;
import static dev.hangup.server.Http2Frames.open;
import static dev.hangup.server.Http2Frames.plus;
import static dev.hangup.server.Http2Frames.post;
import static dev.hangup.server.Http2Frames.priority;
import static dev.hangup.server.Http2Frames.setting;
import static dev.hangup.server.Http2Frames.window;
import static dev.hangup.server.Http2Frames.with;
import static dev.hangup.server.Http2Frames.without;
import static dev.hangup.server.Http2Peer.END_HEADERS;
import static dev.hangup.server.Http2Peer.WINDOW_UPDATE;
import static dev.hangup.server.Http2Peer.block;
import static dev.hangup.server.Http2Peer.frame;
import static dev.hangup.server.Http2Peer.number;
import static dev.hangup.testkit.RawHttp2Client.DATA;
import static dev.hangup.testkit.RawHttp2Client.HEADERS;
import static dev.hangup.testkit.RawHttp2Client.PING;
import static dev.hangup.testkit.RawHttp2Client.RST_STREAM;
import static dev.hangup.testkit.RawHttp2Client.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.RawHttp2Client.Frame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The list of cases that h2spec, the conformance suite, tries on HTTP/2 servers: those that break
/// a rule. What is to be accepted is in [H2SpecAcceptedTest]. Each is named for its section of RFC
/// 9113 or, where that says so, of RFC 7541 (HPACK) and RFC 7540 (priorities).
class H2SpecTest {
  private final Semaphore free = new Semaphore(0);
  private Logs logs;
  private Harness harness;

  @BeforeEach
  void start() throws IOException {
    logs = new Logs();
    Handler blocks = (_, _) -> free.acquire();
    Router router =
        Router.empty()
            .get("/", (_, response) -> response.text("fine"))
            .get("/bad", blocks)
            .post("/bad", blocks);
    harness = Harness.start(router);
  }

  @AfterEach
  void stop() {
    harness.close();
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
  }

  static Stream<Arguments> frames() {
    Frame ping = frame(PING, 0, 0, new byte[8]);
    Frame big = frame(DATA, 0, 1, new byte[16_385]);
    return Stream.of(
        connection("§4.2 DATA above MAX_FRAME_SIZE", FRAME_SIZE, post(), big),
        connection(
            "§4.2 HEADERS above MAX_FRAME_SIZE", FRAME_SIZE, frame(HEADERS, WHOLE, 1, large())),
        connection("§4.3 broken block", COMPRESSION, frame(HEADERS, WHOLE, 1, bytes(0, 5, 'a'))),
        connection(
            "§4.3 PRIORITY within a block", PROTOCOL, open(), frame(PRIORITY, 0, 1, priority(0))),
        connection(
            "§4.3 HEADERS of another within a block",
            PROTOCOL,
            open(),
            Http2Frames.get(3, fields())),
        connection("§5.4.1 GOAWAY, then the end", FRAME_SIZE, frame(PING, 0, 0, new byte[6])),
        connection("§5.5 unknown frame within a block", PROTOCOL, open(), frame(22, 0, 1, none())),
        connection("§6.5 acknowledged SETTINGS", FRAME_SIZE, frame(SETTINGS, 1, 0, setting(1, 1))),
        connection("§6.5 SETTINGS of a stream", PROTOCOL, frame(SETTINGS, 0, 1, setting(3, 100))),
        connection("§6.5 SETTINGS of 3", FRAME_SIZE, frame(SETTINGS, 0, 0, new byte[3])),
        connection("§6.5.2 ENABLE_PUSH 2", PROTOCOL, frame(SETTINGS, 0, 0, setting(2, 2))),
        connection(
            "§6.5.2 INITIAL_WINDOW_SIZE 2^31",
            FLOW_CONTROL,
            frame(SETTINGS, 0, 0, setting(4, Integer.MIN_VALUE))),
        connection(
            "§6.5.2 MAX_FRAME_SIZE 16,383", PROTOCOL, frame(SETTINGS, 0, 0, setting(5, 16_383))),
        connection(
            "§6.5.2 MAX_FRAME_SIZE 2^24", PROTOCOL, frame(SETTINGS, 0, 0, setting(5, 1 << 24))),
        connection("§6.7 PING of a stream", PROTOCOL, frame(PING, 0, 1, new byte[8])),
        connection("§6.7 PING of 6", FRAME_SIZE, frame(PING, 0, 0, new byte[6])),
        connection("§6.8 GOAWAY of a stream", PROTOCOL, frame(GOAWAY, 0, 1, new byte[8])),
        connection("§6.9 WINDOW_UPDATE by 0", PROTOCOL, window(0, 0)),
        stream("§6.9 WINDOW_UPDATE of a stream by 0", PROTOCOL, get(), window(1, 0)),
        connection("§6.9 WINDOW_UPDATE of 3", FRAME_SIZE, frame(WINDOW_UPDATE, 0, 0, new byte[3])),
        connection("§6.9.1 window above 2^31-1", FLOW_CONTROL, window(0, MAX), window(0, MAX)),
        stream("§6.9.1 window of a stream above 2^31-1", FLOW_CONTROL, get(), window(1, MAX), ping),
        connection("§8.4 PUSH_PROMISE", PROTOCOL, get(), frame(PUSH_PROMISE, 4, 1, push())));
  }

  static Stream<Arguments> blocks() {
    Frame priority = frame(PRIORITY, 0, 1, priority(0));
    Frame more = frame(CONTINUATION, 0, 1, block("a", "b"));
    Frame last = frame(CONTINUATION, END_HEADERS, 1, block("c", "d"));
    return Stream.of(
        connection("§6.1 DATA of the connection", PROTOCOL, frame(DATA, 1, 0, new byte[4])),
        connection(
            "§6.1 DATA padded by more", PROTOCOL, post(), frame(DATA, PADDED, 1, bytes(5, 1))),
        connection("§6.2 PRIORITY within a block", PROTOCOL, open(), priority),
        connection(
            "§6.2 HEADERS of another within a block",
            PROTOCOL,
            open(),
            Http2Frames.get(3, fields())),
        connection("§6.2 HEADERS of the connection", PROTOCOL, Http2Frames.get(0, fields())),
        connection(
            "§6.2 HEADERS padded by more",
            PROTOCOL,
            frame(HEADERS, WHOLE | PADDED, 1, bytes(9, 0x82))),
        connection("§6.3 PRIORITY of the connection", PROTOCOL, frame(PRIORITY, 0, 0, priority(1))),
        stream("§6.3 PRIORITY of 4", FRAME_SIZE, get(), frame(PRIORITY, 0, 1, new byte[4])),
        connection("§6.4 RST_STREAM of the connection", PROTOCOL, reset(0)),
        connection("§6.4 RST_STREAM of an idle stream", PROTOCOL, reset(1)),
        connection("§6.4 RST_STREAM of 3", FRAME_SIZE, get(), frame(RST_STREAM, 0, 1, new byte[3])),
        connection("§6.10 another frame among CONTINUATION", PROTOCOL, open(), more, priority),
        connection(
            "§6.10 CONTINUATION of the connection",
            PROTOCOL,
            open(),
            frame(CONTINUATION, END_HEADERS, 0, block("a", "b"))),
        connection("§6.10 CONTINUATION after END_HEADERS", PROTOCOL, get(), last),
        connection("§6.10 CONTINUATION after the last", PROTOCOL, open(), last, last),
        connection("§6.10 CONTINUATION after DATA", PROTOCOL, post(), data("a", false), last));
  }

  static Stream<Arguments> states() {
    Frame head = get();
    Frame more = frame(CONTINUATION, END_HEADERS, 1, block("a", "b"));
    return Stream.of(
        connection("§5.1 idle: DATA", PROTOCOL, data("test", true)),
        connection("§5.1 idle: RST_STREAM", PROTOCOL, reset(1)),
        connection("§5.1 idle: WINDOW_UPDATE", PROTOCOL, window(1, 100)),
        connection("§5.1 idle: CONTINUATION", PROTOCOL, more),
        stream("§5.1, §6.1 half-closed: DATA", STREAM_CLOSED, get(), data("test", true)),
        stream(
            "§5.1 half-closed: HEADERS (STREAM_CLOSED; Netty sees the second head first: §8.1)",
            PROTOCOL,
            get(),
            head),
        connection("§5.1 half-closed: CONTINUATION", PROTOCOL, get(), more),
        stream("§5.1 reset: DATA", STREAM_CLOSED, post(), reset(1), data("test", true)),
        stream("§5.1 reset: HEADERS", STREAM_CLOSED, post(), reset(1), head),
        connection("§5.1 reset: CONTINUATION", PROTOCOL, post(), reset(1), more),
        connection("§5.1.1 even stream", PROTOCOL, Http2Frames.get(2, fields())),
        connection(
            "RFC 7540 §5.3.1 HEADERS depend on themselves (of the stream; Netty, before the block"
                + " is decoded, can only end all; RFC 9113 has no such rule any more)",
            PROTOCOL,
            frame(HEADERS, WHOLE | WITH_PRIORITY, 1, join(priority(1), block(fields())))),
        stream(
            "RFC 7540 §5.3.1 PRIORITY depends on itself",
            PROTOCOL,
            get(),
            frame(PRIORITY, 0, 1, priority(1))));
  }

  static Stream<Arguments> heads() {
    Frame pseudo = frame(HEADERS, WHOLE, 1, block(":method", "GET"));
    Frame notLast = frame(HEADERS, END_HEADERS, 1, block("a", "b"));
    return Stream.of(
        stream("§8.1 second HEADERS that is not the last", PROTOCOL, post(), notLast),
        stream("§8.1.1 content-length of a body", PROTOCOL, post("1"), data("test", true)),
        stream(
            "§8.1.1 content-length of two DATA",
            PROTOCOL,
            post("9"),
            data("test", false),
            data("test", true)),
        stream("§8.2.1 upper case", PROTOCOL, Http2Frames.get(1, plus(false, "X-TEST", "a"))),
        stream(
            "§8.2.2 connection",
            PROTOCOL,
            Http2Frames.get(1, plus(false, "connection", "keep-alive"))),
        stream(
            "§8.2.2 te",
            PROTOCOL,
            Http2Frames.get(1, plus(false, "te", "trailers, deflate;q=0.5"))),
        stream(
            "§8.3 unknown pseudo-header", PROTOCOL, Http2Frames.get(1, plus(true, ":test", "a"))),
        stream(
            "§8.3 response's pseudo-header",
            PROTOCOL,
            Http2Frames.get(1, plus(true, ":status", "200"))),
        stream("§8.3 pseudo-header in the trailer", PROTOCOL, post(), data("a", false), pseudo),
        stream("§8.3 late pseudo-header", PROTOCOL, Http2Frames.get(1, late())),
        stream("§8.3.1 empty :path", PROTOCOL, Http2Frames.get(1, with(":path", ""))),
        stream("§8.3.1 no :method", PROTOCOL, Http2Frames.get(1, without(":method"))),
        stream("§8.3.1 no :scheme", PROTOCOL, Http2Frames.get(1, without(":scheme"))),
        stream("§8.3.1 no :path", PROTOCOL, Http2Frames.get(1, without(":path"))),
        stream("§8.3.1 two :method", PROTOCOL, Http2Frames.get(1, plus(true, ":method", "GET"))),
        stream("§8.3.1 two :scheme", PROTOCOL, Http2Frames.get(1, plus(true, ":scheme", "http"))),
        stream("§8.3.1 two :path", PROTOCOL, Http2Frames.get(1, plus(true, ":path", "/"))));
  }

  static Stream<Arguments> compression() {
    int[] custom = {0x25, 0xa8, 0x49, 0xe9, 0x5b, 0xb8, 0xe8, 0xb4, 0xbf}; // custom-value
    return Stream.of(
        hpack("§2.3.3 index that is none", bytes(0xc6)),
        hpack("§2.3.3 name's index that is none", bytes(0x7f, 7, 1, 'a')),
        hpack("§4.2 size update at the end", bytes(0x20)),
        hpack("§5.2 Huffman: a byte of padding", bytes(0x7a, 0x8a), bytes(custom), bytes(0xff)),
        hpack("§5.2 Huffman: padded by 0", bytes(0x7a, 0x81, 0x18)),
        hpack("§5.2 Huffman: end of string", bytes(0x7a, 0x84, 0xff, 0xff, 0xff, 0xff)),
        hpack("§6.1 index 0", bytes(0x80)),
        connection(
            "RFC 7541 §6.3 table above HEADER_TABLE_SIZE",
            COMPRESSION,
            frame(HEADERS, WHOLE, 1, join(bytes(0x3f, 0xe2, 0x1f), block(fields())))));
  }

  private static Arguments hpack(String name, byte[]... field) {
    byte[] block = join(block(fields()), join(field));
    return connection("RFC 7541 " + name, COMPRESSION, frame(HEADERS, WHOLE, 1, block));
  }

  private static Arguments stream(String name, int code, Frame... frames) {
    return argumentSet(name, new Http2Outcome.StreamError(code), List.of(frames));
  }

  private static Arguments connection(String name, int code, Frame... frames) {
    return argumentSet(name, new Http2Outcome.GoAway(code), List.of(frames));
  }

  private static Frame get() {
    return Http2Frames.get(1, fields());
  }

  private static Frame reset(int stream) {
    return frame(RST_STREAM, 0, stream, number(8));
  }

  private static String[] late() {
    List<String> late = new ArrayList<>(List.of(fields()));
    late.addAll(2, List.of("a", "b"));
    return late.toArray(String[]::new);
  }

  private static byte[] large() {
    return join(Collections.nCopies(20, block("a", "b".repeat(1000))).toArray(byte[][]::new));
  }

  private static byte[] push() {
    return join(number(2), block(fields()));
  }

  private static byte[] none() {
    return new byte[0];
  }

  @ParameterizedTest
  @MethodSource({"frames", "blocks", "states", "heads", "compression"})
  void costsItsSender(Http2Outcome expected, List<Frame> frames) throws IOException {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      peer.say(frames);
      assertThat(Http2Outcome.of(peer, 1)).isEqualTo(expected);
      if (expected instanceof Http2Outcome.GoAway) {
        assertThat(peer.isGone()).isTrue();
      } else {
        peer.client.send(Http2Frames.get(7, with(":path", "/")));
        assertThat(peer.await(7).body()).isEqualTo("fine");
      }
    }
    Harness.await("nothing runs", () -> harness.server.context().inFlight().running() == 0);
  }

  /// What is not as RFC 9113 has it is the codec's doing; why, is said in its name.
  static Stream<Arguments> closed() {
    String differs = " (§5.1: GOAWAY(STREAM_CLOSED); Netty forgets streams, so late is like reset)";
    String skipped = " (§5.1.1: GOAWAY(PROTOCOL_ERROR); Netty does not know what was skipped)";
    Frame more = frame(CONTINUATION, END_HEADERS, 5, block("a", "b"));
    return Stream.of(
        argumentSet(
            "§5.1 closed: DATA",
            new Http2Outcome.StreamError(STREAM_CLOSED),
            frame(DATA, 1, 5, new byte[4])),
        argumentSet(
            "§5.1 closed: HEADERS" + differs,
            new Http2Outcome.StreamError(STREAM_CLOSED),
            Http2Frames.get(5, fields())),
        argumentSet("§5.1 closed: CONTINUATION", new Http2Outcome.GoAway(PROTOCOL), more),
        argumentSet(
            "§5.1.1 smaller stream" + skipped,
            new Http2Outcome.StreamError(STREAM_CLOSED),
            Http2Frames.get(3, fields())));
  }

  @ParameterizedTest
  @MethodSource("closed")
  void nothingComesAfterTheAnswer(Http2Outcome expected, Frame late) throws IOException {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      peer.client.send(Http2Frames.get(5, with(":path", "/")));
      assertThat(peer.await(5).body()).isEqualTo("fine");
      peer.say(List.of(late));
      assertThat(Http2Outcome.of(peer, late.stream())).isEqualTo(expected);
    }
  }

  /// §3.4: what is no preface is HTTP/1.1, and bad.
  @Test
  void connectionWithAnInvalidPrefaceIsClosed() throws IOException {
    assertThat(harness.exchange("INVALID CONNECTION PREFACE\r\n\r\n")).startsWith("HTTP/1.1 4");
    try (RawClient client = harness.connect()) {
      client.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n");
      assertThat(client.readAll()).startsWith("HTTP/1.1 505");
    }
  }

  /// §5.1.2
  @Test
  void streamPastMaxConcurrentStreamsIsRefused() throws IOException {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      int last = 0;
      for (int i = 0; i <= 250; i++) {
        last = peer.get("/bad");
      }
      assertThat(peer.await(last).reset).isEqualTo(REFUSED_STREAM);
      assertThat(peer.answer(last - 2).isDecided()).isFalse();
    }
  }
}
