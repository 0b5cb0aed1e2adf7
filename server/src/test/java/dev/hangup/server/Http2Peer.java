package dev.hangup.server;

import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.RawHttp2Client;
import dev.hangup.testkit.RawHttp2Client.Frame;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// An HTTP/2 client that says frame by frame what it is told to, and keeps what comes for each
/// stream.
final class Http2Peer implements AutoCloseable {
  static final int WINDOW_UPDATE = 8;
  static final int END_HEADERS = 4;
  static final int NONE = -1;
  private static final int PING = RawHttp2Client.PING;
  private static final int ACK = 1;

  final RawClient transport;
  final RawHttp2Client client;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
  private final Map<Integer, Answer> answers = new HashMap<>();
  private int goAway = NONE;
  private boolean gone;
  private int pongs;

  /// What has come for one stream.
  static final class Answer {
    final Map<String, String> fields = new LinkedHashMap<>();
    final Map<String, String> hints = new LinkedHashMap<>();
    int informational;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    boolean ended;
    int reset = NONE;
    int resets;
    private long window;
    private long sent;

    int status() {
      return Integer.parseInt(fields.getOrDefault(":status", "-1"));
    }

    byte[] bytes() {
      return content.toByteArray();
    }

    int length() {
      return content.size();
    }

    String body() {
      return content.toString(StandardCharsets.UTF_8);
    }

    boolean isDecided() {
      return ended || reset != NONE;
    }
  }

  private Http2Peer(RawClient transport) throws IOException {
    this.transport = transport;
    this.client = RawHttp2Client.over(transport);
  }

  static Http2Peer connect(Harness harness) throws IOException {
    return new Http2Peer(harness.connect());
  }

  static Http2Peer over(RawClient transport) throws IOException {
    return new Http2Peer(transport);
  }

  static Http2Peer connectTls(InetSocketAddress server) throws IOException {
    return new Http2Peer(RawClient.connect(server).overTls("h2"));
  }

  // What it says

  int get(String path) throws IOException {
    return client.request("GET", path, true);
  }

  int get(String path, Map<String, String> fields) throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(":method", "GET");
    all.put(":scheme", "http");
    all.put(":authority", "test");
    all.put(":path", path);
    all.putAll(fields);
    return client.request(all, true);
  }

  int post(String path) throws IOException {
    return client.request("POST", path, false);
  }

  void reset(int stream, int code) throws IOException {
    client.send(frame(RawHttp2Client.RST_STREAM, 0, stream, number(code)));
  }

  void data(int stream, byte[] bytes, boolean last) throws IOException {
    int flags = last ? RawHttp2Client.END_STREAM : 0;
    answer(stream).sent += bytes.length;
    answer(0).sent += bytes.length;
    client.send(frame(RawHttp2Client.DATA, flags, stream, bytes));
  }

  /// As an honest client does: when the windows let it, and not if the answer comes before.
  void upload(int stream, byte[] bytes) throws IOException {
    awaitUntil(() -> answer(stream).isDecided() || left(stream) >= bytes.length);
    if (left(stream) >= bytes.length && !answer(stream).isDecided()) {
      data(stream, bytes, false);
    }
  }

  private long left(int stream) {
    Answer all = answer(0);
    Answer own = answer(stream);
    return 65_535 + Math.min(all.window - all.sent, own.window - own.sent);
  }

  void allow(int stream, int bytes) throws IOException {
    client.send(frame(WINDOW_UPDATE, 0, 0, number(bytes)));
    client.send(frame(WINDOW_UPDATE, 0, stream, number(bytes)));
  }

  void say(List<Frame> frames) {
    try {
      for (Frame frame : frames) {
        client.send(frame);
      }
    } catch (IOException _) {
      // the server has closed: what it said before is still to be read
    }
  }

  static Frame frame(int type, int flags, int stream, byte[] payload) {
    return new Frame(type, flags, stream, ByteBuffer.wrap(payload));
  }

  static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  /// Header fields as literals without a table, RFC 7541 §6.2.2: name, value, name, value.
  static byte[] block(String... fields) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      block.write(0);
      literal(block, fields[i]);
      literal(block, fields[i + 1]);
    }
    return block.toByteArray();
  }

  private static void literal(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int left = bytes.length - 127;
    block.write(Math.min(bytes.length, 127));
    if (left >= 0) {
      for (; left >= 128; left >>= 7) {
        block.write((left & 127) | 128);
      }
      block.write(left);
    }
    block.writeBytes(bytes);
  }

  // What it hears

  /// Reads until a stream's answer is whole or cut, or the connection has ended.
  Answer await(int stream) throws IOException {
    awaitUntil(() -> answer(stream).isDecided());
    return answer(stream);
  }

  Answer answer(int stream) {
    return answers.computeIfAbsent(stream, _ -> new Answer());
  }

  /// Reads until the connection has ended.
  ///
  /// @return the GOAWAY's code, or NONE
  int awaitEnd() throws IOException {
    awaitUntil(() -> false);
    return goAway;
  }

  /// Reads what the server had to say before it answers a PING.
  void awaitPong() throws IOException {
    int before = pongs;
    client.send(frame(PING, 0, 0, new byte[8]));
    awaitUntil(() -> pongs > before);
  }

  /// How many bytes of DATA the server lets it send, from the beginning.
  long window(int stream) {
    long connection = 65_535 + answer(0).window;
    return stream == 0 ? connection : Math.min(connection, 65_535 + answer(stream).window);
  }

  int goAway() {
    return goAway;
  }

  boolean isGone() {
    return gone;
  }

  void awaitUntil(BooleanSupplier condition) throws IOException {
    while (!gone && !condition.getAsBoolean()) {
      try {
        take(client.read());
      } catch (EOFException | SocketException _) {
        gone = true;
      }
    }
  }

  private void take(Frame frame) throws IOException {
    Answer answer = answer(frame.stream());
    switch (frame.type()) {
      case RawHttp2Client.HEADERS -> {
        head(answer, frame);
        answer.ended |= (frame.flags() & RawHttp2Client.END_STREAM) != 0;
      }
      case RawHttp2Client.DATA -> {
        answer.content.writeBytes(frame.payload().array());
        answer.ended |= (frame.flags() & RawHttp2Client.END_STREAM) != 0;
      }
      case RawHttp2Client.RST_STREAM -> {
        answer.reset = frame.payload().getInt(0);
        answer.resets++;
      }
      case RawHttp2Client.GOAWAY -> goAway = frame.payload().getInt(4);
      case PING -> pongs += frame.flags() & ACK;
      case WINDOW_UPDATE -> answer.window += frame.payload().getInt(0);
      default -> {} // settings
    }
  }

  private void head(Answer answer, Frame frame) throws IOException {
    try {
      Http2Headers head =
          decoder.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()));
      if (String.valueOf(head.status()).startsWith("1")) {
        answer.informational++;
        head.forEach(e -> answer.hints.put(e.getKey().toString(), e.getValue().toString()));
      } else {
        head.forEach(e -> answer.fields.put(e.getKey().toString(), e.getValue().toString()));
      }
    } catch (Http2Exception e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    transport.close();
  }
}
