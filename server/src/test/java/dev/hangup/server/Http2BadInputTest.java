package dev.hangup.server;

import static dev.hangup.server.Http2Frames.CALM;
import static dev.hangup.server.Http2Frames.COMPRESSION;
import static dev.hangup.server.Http2Frames.CONTINUATION;
import static dev.hangup.server.Http2Frames.FLOW_CONTROL;
import static dev.hangup.server.Http2Frames.FRAME_SIZE;
import static dev.hangup.server.Http2Frames.GOAWAY;
import static dev.hangup.server.Http2Frames.PRIORITY;
import static dev.hangup.server.Http2Frames.PROTOCOL;
import static dev.hangup.server.Http2Frames.PUSH_PROMISE;
import static dev.hangup.server.Http2Frames.REFUSED_STREAM;
import static dev.hangup.server.Http2Frames.STREAM_CLOSED;
import static dev.hangup.server.Http2Frames.WHOLE;
import static dev.hangup.server.Http2Frames.data;
import static dev.hangup.server.Http2Frames.endless;
import static dev.hangup.server.Http2Frames.fields;
import static dev.hangup.server.Http2Frames.get;
import static dev.hangup.server.Http2Frames.large;
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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What breaks RFC 9113 costs its sender the stream or the connection, runs no handler, and harms
/// nobody else.
class Http2BadInputTest {
  private final AtomicInteger handled = new AtomicInteger();
  private Logs logs;
  private Harness harness;

  @BeforeEach
  void start() throws IOException {
    logs = new Logs();
    Router router =
        Router.empty()
            .get("/", (_, response) -> response.text("fine"))
            .get("/bad", (_, _) -> handled.incrementAndGet())
            .post("/bad", (request, response) -> read(request, response));
    harness = Harness.start(router, o -> o.withMaxBodyBytes(100_000));
  }

  private void read(Request request, Response response) throws IOException {
    byte[] body = request.bodyBytes();
    handled.incrementAndGet(); // only if the body was whole
    response.bytes("a/b", body);
  }

  @AfterEach
  void stop() {
    harness.close();
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
  }

  static Stream<Arguments> badHeads() {
    return Stream.of(
        stream("no method", PROTOCOL, get(1, without(":method"))),
        stream("no scheme", PROTOCOL, get(1, without(":scheme"))),
        stream("no path", PROTOCOL, get(1, without(":path"))),
        stream("empty path", PROTOCOL, get(1, with(":path", ""))),
        bad(
            "no authority and no host",
            new Http2Outcome.Answered(400),
            get(1, without(":authority"))),
        stream("two methods", PROTOCOL, get(1, plus(true, ":method", "GET"))),
        stream("two paths", PROTOCOL, get(1, plus(true, ":path", "/"))),
        stream("unknown pseudo-header", PROTOCOL, get(1, plus(true, ":nonsense", "a"))),
        stream("response's pseudo-header", PROTOCOL, get(1, plus(true, ":status", "200"))),
        stream("late pseudo-header", PROTOCOL, get(1, plus(false, "a", "b", ":path", "/bad"))),
        stream("upper case", PROTOCOL, get(1, plus(false, "Accept", "a"))),
        stream("empty name", PROTOCOL, get(1, plus(false, "", "a"))),
        stream("space in name", PROTOCOL, get(1, plus(false, "a b", "a"))),
        stream("NUL in value", PROTOCOL, get(1, plus(false, "a", "a\0b"))),
        stream("CR LF in value", PROTOCOL, get(1, plus(false, "a", "a\r\nb: c"))),
        stream("Connection", PROTOCOL, get(1, plus(false, "connection", "close"))),
        stream("Keep-Alive", PROTOCOL, get(1, plus(false, "keep-alive", "5"))),
        stream("Transfer-Encoding", PROTOCOL, get(1, plus(false, "transfer-encoding", "chunked"))),
        stream("Upgrade", PROTOCOL, get(1, plus(false, "upgrade", "h2c"))),
        stream("TE", PROTOCOL, get(1, plus(false, "te", "gzip"))),
        stream("other Host", PROTOCOL, get(1, plus(false, "host", "other"))),
        bad("bad escape", new Http2Outcome.Answered(400), get(1, with(":path", "/%zz"))),
        bad("unknown method", new Http2Outcome.Answered(501), get(1, with(":method", "BREW"))),
        bad(
            "CONNECT",
            new Http2Outcome.Answered(501),
            get(1, ":method", "CONNECT", ":authority", "a")),
        stream("CONNECT to nowhere", PROTOCOL, get(1, ":method", "CONNECT")),
        bad("large list", new Http2Outcome.Answered(431), large(17_000)),
        bad("huge list", new Http2Outcome.GoAway(PROTOCOL), large(60_000)),
        connection("HPACK index", COMPRESSION, frame(HEADERS, WHOLE, 1, new byte[] {-1, -1, 127})),
        connection("HPACK cut", COMPRESSION, frame(HEADERS, WHOLE, 1, new byte[] {0, 5, 'a'})));
  }

  static Stream<Arguments> badBodies() {
    return Stream.of(
        stream("less than length", PROTOCOL, post("5"), data("abc", true)),
        stream("more than length", PROTOCOL, post("5"), data("abcdefgh", true)),
        stream("length without body", PROTOCOL, get(1, plus(false, "content-length", "5"))),
        stream("no number", PROTOCOL, post("ten")),
        stream("negative", PROTOCOL, post("-1")),
        stream("two lengths", PROTOCOL, post("1", "content-length", "2")),
        bad("too long", new Http2Outcome.Answered(413), post("100001")),
        stream(
            "pseudo-header in the trailer",
            PROTOCOL,
            post(),
            data("abc", false),
            frame(HEADERS, WHOLE, 1, block(":path", "/"))),
        stream(
            "trailer that is not the end",
            PROTOCOL,
            post(),
            data("abc", false),
            frame(HEADERS, END_HEADERS, 1, block("a", "b"))),
        bad(
            "padding",
            new Http2Outcome.GoAway(PROTOCOL),
            post(),
            frame(DATA, 8, 1, new byte[] {9, 1})),
        connection("too much padding", PROTOCOL, frame(HEADERS, WHOLE | 8, 1, new byte[] {99, 1})));
  }

  static Stream<Arguments> badStreams() {
    return Stream.of(
        connection("DATA on an idle stream", PROTOCOL, data("abc", true)),
        connection("DATA on the connection", PROTOCOL, frame(DATA, 0, 0, new byte[1])),
        connection("HEADERS on the connection", PROTOCOL, get(0, fields())),
        connection("even stream", PROTOCOL, get(2, fields())),
        connection("RST_STREAM of an idle one", PROTOCOL, frame(RST_STREAM, 0, 1, number(8))),
        connection("RST_STREAM of the connection", PROTOCOL, frame(RST_STREAM, 0, 0, number(8))),
        connection("short RST_STREAM", FRAME_SIZE, frame(RST_STREAM, 0, 1, new byte[3])),
        connection("WINDOW_UPDATE of an idle one", PROTOCOL, window(1, 1)),
        stream("WINDOW_UPDATE by 0", PROTOCOL, post(), window(1, 0)),
        connection("WINDOW_UPDATE by 0 of all", PROTOCOL, window(0, 0)),
        stream("too large a window", FLOW_CONTROL, post(), window(1, Integer.MAX_VALUE)),
        connection("too large a window of all", FLOW_CONTROL, window(0, Integer.MAX_VALUE)),
        connection("short WINDOW_UPDATE", FRAME_SIZE, frame(WINDOW_UPDATE, 0, 0, new byte[3])),
        stream("PRIORITY on itself", PROTOCOL, post(), frame(PRIORITY, 0, 1, priority(1))),
        stream("short PRIORITY", FRAME_SIZE, post(), frame(PRIORITY, 0, 1, new byte[4])),
        connection("PRIORITY of the connection", PROTOCOL, frame(PRIORITY, 0, 0, priority(1))),
        connection("PUSH_PROMISE", PROTOCOL, post(), frame(PUSH_PROMISE, 4, 1, number(2))));
  }

  static Stream<Arguments> badFrames() {
    return Stream.of(
        connection("large DATA", FRAME_SIZE, post(), frame(DATA, 0, 1, new byte[16_385])),
        connection("large HEADERS", FRAME_SIZE, frame(HEADERS, WHOLE, 1, new byte[16_385])),
        connection("large unknown frame", FRAME_SIZE, frame(99, 0, 1, new byte[16_385])),
        connection("SETTINGS of 5", FRAME_SIZE, frame(SETTINGS, 0, 0, new byte[5])),
        connection("SETTINGS of a stream", PROTOCOL, frame(SETTINGS, 0, 1, new byte[0])),
        connection("acknowledged SETTINGS", FRAME_SIZE, frame(SETTINGS, 1, 0, new byte[6])),
        connection("ENABLE_PUSH 2", PROTOCOL, frame(SETTINGS, 0, 0, setting(2, 2))),
        connection("INITIAL_WINDOW_SIZE", FLOW_CONTROL, frame(SETTINGS, 0, 0, setting(4, -1))),
        connection("MAX_FRAME_SIZE", PROTOCOL, frame(SETTINGS, 0, 0, setting(5, 1))),
        bad("unknown setting", new Http2Outcome.Ignored(), frame(SETTINGS, 0, 0, setting(99, 1))),
        connection("PING of 7", FRAME_SIZE, frame(PING, 0, 0, new byte[7])),
        connection("PING of a stream", PROTOCOL, frame(PING, 0, 1, new byte[8])),
        bad("unasked PING answer", new Http2Outcome.Ignored(), frame(PING, 1, 0, new byte[8])),
        connection("short GOAWAY", FRAME_SIZE, frame(GOAWAY, 0, 0, new byte[7])),
        connection("GOAWAY of a stream", PROTOCOL, frame(GOAWAY, 0, 1, new byte[8])),
        bad("unknown frame", new Http2Outcome.Ignored(), frame(99, 255, 0, new byte[100])),
        connection("CONTINUATION alone", PROTOCOL, frame(CONTINUATION, 4, 1, new byte[0])),
        connection("torn head", PROTOCOL, open(), frame(PING, 0, 0, new byte[8])),
        connection("other CONTINUATION", PROTOCOL, open(), frame(CONTINUATION, 4, 3, new byte[0])),
        connection("endless CONTINUATION", CALM, endless(1)),
        connection("endless empty CONTINUATION", CALM, endless(0)));
  }

  static Stream<Arguments> orders() {
    Frame first = get(5, with(":path", "/"));
    return Stream.of(
        differs(
            "decreasing stream",
            "§5.1.1: GOAWAY(PROTOCOL_ERROR). Netty does not remember which streams it has seen",
            new Http2Outcome.StreamError(STREAM_CLOSED),
            first,
            get(3, fields())),
        differs(
            "stream used twice",
            "§5.1: GOAWAY(STREAM_CLOSED). Netty takes it for a frame on a stream that was reset",
            new Http2Outcome.StreamError(STREAM_CLOSED),
            first,
            get(5, fields())),
        after(
            "DATA after the end",
            new Http2Outcome.StreamError(STREAM_CLOSED),
            first,
            frame(DATA, 1, 5, new byte[3])),
        after(
            "RST_STREAM after",
            new Http2Outcome.Ignored(),
            first,
            frame(RST_STREAM, 0, 5, number(8))),
        after("WINDOW_UPDATE after", new Http2Outcome.Ignored(), first, window(5, 1)));
  }

  /// @param why what the RFC says, and why Netty does something else
  private static Arguments differs(
      String name, String why, Http2Outcome outcome, Frame first, Frame then) {
    return after(name + " (" + why + ")", outcome, first, then);
  }

  private static Arguments after(String name, Http2Outcome outcome, Frame first, Frame then) {
    return argumentSet(name, outcome, first, then);
  }

  private static Arguments stream(String name, int code, Frame... frames) {
    return bad(name, new Http2Outcome.StreamError(code), frames);
  }

  private static Arguments connection(String name, int code, Frame... frames) {
    return bad(name, new Http2Outcome.GoAway(code), frames);
  }

  private static Arguments bad(String name, Http2Outcome outcome, Frame... frames) {
    return argumentSet(name, outcome, List.of(frames));
  }

  // Tests

  @ParameterizedTest
  @MethodSource({"badHeads", "badBodies", "badStreams", "badFrames"})
  void costsItsSender(Http2Outcome expected, List<Frame> frames) throws IOException {
    try (Http2Peer peer = Http2Peer.connect(harness);
        Http2Peer other = Http2Peer.connect(harness)) {
      peer.say(frames);
      if (expected instanceof Http2Outcome.Answered) {
        peer.await(1);
      }
      assertThat(Http2Outcome.of(peer, 1)).isEqualTo(expected);
      assertThat(peer.answer(1).resets).isLessThanOrEqualTo(1);
      assertThat(handled).hasValue(0);
      if (!(expected instanceof Http2Outcome.GoAway)) {
        int next = 7;
        peer.client.send(get(next, with(":path", "/")));
        assertThat(peer.await(next).body()).isEqualTo("fine");
      }
      assertThat(other.await(other.get("/")).body()).isEqualTo("fine");
    }
    Harness.await("nothing runs", () -> harness.server.context().inFlight().running() == 0);
    assertThat(handled).hasValue(0);
    Harness.awaitNothingHeld(harness.server.context());
  }

  @ParameterizedTest
  @MethodSource("orders")
  void streamIsUsedOnce(Http2Outcome expected, Frame first, Frame then) throws IOException {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      peer.client.send(first);
      assertThat(peer.await(5).body()).isEqualTo("fine");
      peer.say(List.of(then));
      assertThat(Http2Outcome.of(peer, then.stream())).isEqualTo(expected);
      assertThat(handled).hasValue(0);
    }
  }

  @Test
  void sameHostAsAuthorityIsNoSecondOne() throws IOException {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      String[] fields = with(":path", "/");
      String[] more = Arrays.copyOf(fields, fields.length + 2);
      more[fields.length] = "host";
      more[fields.length + 1] = "test";
      peer.client.send(get(1, more));
      assertThat(peer.await(1).status()).isEqualTo(200);
    }
  }

  @Test
  void streamsAboveTheLimitAreRefused() throws IOException {
    try (Http2Peer peer = Http2Peer.connect(harness)) {
      for (int i = 0; i < 251; i++) {
        peer.post("/bad");
      }
      assertThat(peer.await(501).reset).isEqualTo(REFUSED_STREAM);
      assertThat(peer.answer(499).isDecided()).isFalse();
    }
  }

  @Test
  void preludeThatIsNoneIsHttp1() throws IOException {
    assertThat(harness.exchange("PRI * HTTP/2.0\r\n\r\nSX\r\n\r\n")).startsWith("HTTP/1.1 505 ");
  }

  @Test
  void firstFrameMustBeSettings() throws IOException {
    try (RawClient client = harness.connect()) {
      client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").send(new byte[] {0, 0, 0, 6, 0, 0, 0, 0, 0});
      assertThat(client.readAll()).isNotEmpty(); // settings, GOAWAY, end
    }
  }
}
