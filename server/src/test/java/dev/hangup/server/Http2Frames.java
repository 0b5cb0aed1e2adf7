package dev.hangup.server;

import static dev.hangup.server.Http2Peer.END_HEADERS;
import static dev.hangup.server.Http2Peer.block;
import static dev.hangup.server.Http2Peer.frame;
import static dev.hangup.server.Http2Peer.number;
import static dev.hangup.testkit.RawHttp2Client.DATA;
import static dev.hangup.testkit.RawHttp2Client.END_STREAM;
import static dev.hangup.testkit.RawHttp2Client.HEADERS;

import dev.hangup.testkit.RawHttp2Client.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// Frames of HTTP/2, right and wrong, for a request of `/bad` on stream 1.
final class Http2Frames {
  static final int PRIORITY = 2;
  static final int PUSH_PROMISE = 5;
  static final int GOAWAY = 7;
  static final int CONTINUATION = 9;
  static final int WHOLE = END_HEADERS | END_STREAM;
  static final int PADDED = 8;
  static final int WITH_PRIORITY = 32;

  static final int MAX = Integer.MAX_VALUE;

  static final int PROTOCOL = 1;
  static final int FLOW_CONTROL = 3;
  static final int STREAM_CLOSED = 5;
  static final int FRAME_SIZE = 6;
  static final int REFUSED_STREAM = 7;
  static final int COMPRESSION = 9;
  static final int CALM = 11;

  private Http2Frames() {}

  static String[] fields() {
    return new String[] {
      ":method", "GET", ":scheme", "http", ":authority", "test", ":path", "/bad"
    };
  }

  static String[] without(String name) {
    List<String> left = new ArrayList<>(List.of(fields()));
    int at = left.indexOf(name);
    left.subList(at, at + 2).clear();
    return left.toArray(String[]::new);
  }

  static String[] with(String name, String value) {
    String[] all = fields();
    all[Arrays.asList(all).indexOf(name) + 1] = value;
    return all;
  }

  static String[] plus(boolean first, String... more) {
    List<String> all = new ArrayList<>(List.of(fields()));
    all.addAll(first ? 2 : all.size(), List.of(more));
    return all.toArray(String[]::new);
  }

  static Frame get(int stream, String... fields) {
    return frame(HEADERS, WHOLE, stream, block(fields));
  }

  static Frame post() {
    return frame(HEADERS, END_HEADERS, 1, block(with(":method", "POST")));
  }

  static Frame post(String length, String... more) {
    List<String> all = new ArrayList<>(List.of(with(":method", "POST")));
    all.addAll(List.of("content-length", length));
    all.addAll(List.of(more));
    return frame(HEADERS, END_HEADERS, 1, block(all.toArray(String[]::new)));
  }

  static Frame data(String text, boolean last) {
    return frame(DATA, last ? END_STREAM : 0, 1, text.getBytes(StandardCharsets.US_ASCII));
  }

  static Frame window(int stream, int bytes) {
    return frame(Http2Peer.WINDOW_UPDATE, 0, stream, number(bytes));
  }

  static byte[] priority(int on) {
    return ByteBuffer.allocate(5).putInt(on).array();
  }

  static byte[] setting(int id, int value) {
    return ByteBuffer.allocate(6).putShort((short) id).putInt(value).array();
  }

  static Frame open() {
    return frame(HEADERS, END_STREAM, 1, block(fields()));
  }

  static Frame[] large(int bytes) {
    byte[] block = block(plus(false, "a", "x".repeat(bytes)));
    List<Frame> frames = new ArrayList<>();
    for (int from = 0; from < block.length; from += 16_384) {
      int to = Math.min(block.length, from + 16_384);
      int flags = (from == 0 ? END_STREAM : 0) | (to == block.length ? END_HEADERS : 0);
      byte[] part = Arrays.copyOfRange(block, from, to);
      frames.add(frame(from == 0 ? HEADERS : CONTINUATION, flags, 1, part));
    }
    return frames.toArray(Frame[]::new);
  }

  static Frame[] endless(int bytes) {
    List<Frame> frames = new ArrayList<>(List.of(open()));
    frames.addAll(Collections.nCopies(5000, frame(CONTINUATION, 0, 1, new byte[bytes])));
    return frames.toArray(Frame[]::new);
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
