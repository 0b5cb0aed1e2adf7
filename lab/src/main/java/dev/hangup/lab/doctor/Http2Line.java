package dev.hangup.lab.doctor;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// HTTP/2 on a connection, frame by frame (RFC 9113 §4.1), as far as the doctor needs it. For one
/// thread.
final class Http2Line implements AutoCloseable {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int PADDED = 8;
  private static final int PRIORITY = 0x20;
  private static final int CANCEL = 8; // §7
  private static final int MOST_FRAME = 1 << 14;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final Line line;
  private final DataInputStream in;
  private final Map<Integer, Stream> streams = new HashMap<>();
  private int last = -1;

  /// What has come on a stream.
  private static final class Stream {
    private boolean ok;
    private boolean answered;
    private boolean ended;
    private long bytes;
  }

  private Http2Line(Line line) {
    this.line = line;
    this.in = new DataInputStream(line.in());
  }

  /// Begins HTTP/2, by prior knowledge or after ALPN, and waits for the other side's settings.
  static Http2Line over(Line line) throws IOException {
    Http2Line http2 = new Http2Line(line);
    line.send(PREFACE);
    http2.send(SETTINGS, 0, 0, new byte[0]);
    while (http2.read() != SETTINGS) {
      // as RFC 9113 §3.4 says, the first that comes
    }
    return http2;
  }

  /// Begins a request, and returns its stream.
  int request(Target target, String method, String query, boolean ends) throws IOException {
    last += 2;
    streams.put(last, new Stream());
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    field(block, ":method", method);
    field(block, ":scheme", target.scheme());
    field(block, ":authority", target.authority());
    field(block, ":path", target.path(query));
    field(block, "authorization", "Bearer " + target.token());
    field(block, "user-agent", "hangup-doctor");
    send(HEADERS, END_HEADERS | (ends ? END_STREAM : 0), last, block.toByteArray());
    return last;
  }

  /// A literal without a table and without Huffman's code, RFC 7541 §6.2.2.
  private static void field(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    for (String text : new String[] {name, value}) {
      byte[] bytes = text.getBytes(US_ASCII);
      int left = bytes.length; // an integer with a prefix of 7 bits, RFC 7541 §5.1
      if (left < 127) {
        block.write(left);
      } else {
        block.write(127);
        for (left -= 127; left >= 128; left >>= 7) {
          block.write(left % 128 + 128);
        }
        block.write(left);
      }
      block.writeBytes(bytes);
    }
  }

  /// Waits until some of the stream's answer is there.
  boolean awaitPiece(int stream) throws IOException {
    Stream asked = Objects.requireNonNull(streams.get(stream));
    while (asked.bytes == 0 && !asked.ended) {
      read();
    }
    return asked.bytes > 0 && asked.ok;
  }

  /// Waits for the stream's end, and tells whether the answer was whole, and good.
  boolean awaitEnd(int stream) throws IOException {
    Stream asked = Objects.requireNonNull(streams.get(stream));
    while (!asked.ended) {
      read();
    }
    return asked.ok && asked.bytes > 0;
  }

  void readTimeout(int millis) throws IOException {
    line.readTimeout(millis);
  }

  void leave(Leaving manner) throws IOException {
    if (manner == Leaving.STREAM_RESET) {
      send(RST_STREAM, 0, last, ByteBuffer.allocate(4).putInt(0, CANCEL).array());
    } else {
      line.leave(manner);
    }
  }

  private void send(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    line.send(frame.array());
  }

  /// Reads a frame, answers what must be answered, and returns its type.
  private int read() throws IOException {
    int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    Stream stream = streams.get(in.readInt() & Integer.MAX_VALUE);
    if (length > MOST_FRAME) {
      throw new IOException("it does not speak HTTP/2");
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    if (type == GOAWAY) {
      throw new IOException("it ends the connection (GOAWAY)");
    }
    if (type == SETTINGS && (flags & ACK) == 0) {
      send(SETTINGS, ACK, 0, new byte[0]);
    } else if (type == PING && (flags & ACK) == 0) {
      send(PING, ACK, 0, payload);
    } else if (stream != null) {
      happens(stream, type, flags, payload);
    }
    return type;
  }

  private static void happens(Stream stream, int type, int flags, byte[] payload) {
    if (type == RST_STREAM) {
      stream.ok = false;
      stream.ended = true;
    }
    if (type == HEADERS && !stream.answered) {
      int status = status(payload, flags);
      stream.answered = status != 1;
      stream.ok = status == 2;
    }
    if (type == DATA) {
      stream.bytes += payload.length;
    }
    if ((type == HEADERS || type == DATA) && (flags & END_STREAM) != 0) {
      stream.ended = true;
    }
  }

  /// The first digit of a status, as far as that can be told without a table: `:status` comes
  /// first, and is 200 in one byte (RFC 7541 appendix A); 0 for what is not.
  private static int status(byte[] payload, int flags) {
    int at = ((flags & PADDED) != 0 ? 1 : 0) + ((flags & PRIORITY) != 0 ? 5 : 0);
    while (at < payload.length && (payload[at] & 0xe0) == 0x20) {
      at++; // the table's size
    }
    int first = at < payload.length ? payload[at] & 0xff : 0;
    boolean literal = first == 0x08 || first == 0x18 || first == 0x48;
    if (literal && at + 2 < payload.length) {
      boolean huffman = (payload[at + 1] & 0x80) != 0;
      int digit = payload[at + 2] & 0xff; // '1' is 00001, '2' is 00010 in Huffman's code
      return huffman ? digit >> 3 : digit - '0';
    }
    return first == 0x88 ? 2 : 0;
  }

  @Override
  public void close() throws IOException {
    line.close();
  }
}
