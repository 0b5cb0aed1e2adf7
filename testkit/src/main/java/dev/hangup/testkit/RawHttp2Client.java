package dev.hangup.testkit;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/// A client that speaks HTTP/2 frame by frame (RFC 9113 §4.1), and leaves in the manner it is told
/// to. Its header fields are literals without a table (RFC 7541 §6.2.2). For one thread.
public final class RawHttp2Client implements AutoCloseable {
  /// DATA, RFC 9113 §6.1.
  public static final int DATA = 0;

  /// HEADERS, RFC 9113 §6.2.
  public static final int HEADERS = 1;

  /// RST_STREAM, RFC 9113 §6.4.
  public static final int RST_STREAM = 3;

  /// SETTINGS, RFC 9113 §6.5.
  public static final int SETTINGS = 4;

  /// PING, RFC 9113 §6.7.
  public static final int PING = 6;

  /// GOAWAY, RFC 9113 §6.8.
  public static final int GOAWAY = 7;

  /// END_STREAM of DATA and HEADERS; ACK of SETTINGS and PING.
  public static final int END_STREAM = 1;

  private static final int END_HEADERS = 4;
  private static final int CANCEL = 8;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final RawClient connection;
  private final DataInputStream in;
  private int lastStream = -1;

  private RawHttp2Client(RawClient connection) {
    this.connection = connection;
    this.in = new DataInputStream(connection.in());
  }

  /// A frame.
  ///
  /// @param type as in [#DATA]
  /// @param flags as in [#END_STREAM]
  /// @param stream 0 for the connection
  /// @param payload what it carries
  public record Frame(int type, int flags, int stream, ByteBuffer payload) {}

  /// Begins HTTP/2 on a connection, with prior knowledge or after ALPN, and waits until both sides
  /// have taken the other's settings: so nothing of the server's is left unread.
  ///
  /// @param connection that nothing was sent on
  /// @return a client that may begin a request
  /// @throws IOException if the server is gone, or does not speak HTTP/2
  public static RawHttp2Client over(RawClient connection) throws IOException {
    RawHttp2Client client = new RawHttp2Client(connection.send(PREFACE));
    client.send(new Frame(SETTINGS, 0, 0, ByteBuffer.allocate(0)));
    Frame acknowledged = client.read(SETTINGS);
    while ((acknowledged.flags() & END_STREAM) == 0) {
      acknowledged = client.read(SETTINGS);
    }
    client.send(new Frame(SETTINGS, END_STREAM, 0, ByteBuffer.allocate(0)));
    return client;
  }

  /// Sends a frame.
  ///
  /// @param frame what to send
  /// @throws IOException if the server is gone
  public void send(Frame frame) throws IOException {
    int length = frame.payload().remaining();
    ByteBuffer bytes = ByteBuffer.allocate(9 + length);
    bytes.put((byte) (length >> 16)).putShort((short) length).put((byte) frame.type());
    bytes.put((byte) frame.flags()).putInt(frame.stream()).put(frame.payload().duplicate());
    connection.send(bytes.array());
  }

  /// Begins a request on a new stream.
  ///
  /// @param method for instance `GET`
  /// @param path for instance `/`
  /// @param last whether there is no body
  /// @return the stream's number
  /// @throws IOException if the server is gone
  public int request(String method, String path, boolean last) throws IOException {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(":method", method);
    fields.put(":scheme", connection.isOverTls() ? "https" : "http");
    fields.put(":authority", "test");
    fields.put(":path", path);
    return request(fields, last);
  }

  /// Begins a request on a new stream.
  ///
  /// @param fields its header fields, pseudo-header fields first
  /// @param last whether there is no body
  /// @return the stream's number
  /// @throws IOException if the server is gone
  public int request(Map<String, String> fields, boolean last) throws IOException {
    lastStream += 2;
    int flags = END_HEADERS | (last ? END_STREAM : 0);
    send(new Frame(HEADERS, flags, lastStream, ByteBuffer.wrap(Hpack.encode(fields))));
    return lastStream;
  }

  /// Sends body bytes on the stream that was begun last.
  ///
  /// @param bytes what to send
  /// @param last whether the body ends here
  /// @throws IOException if the server is gone
  public void data(byte[] bytes, boolean last) throws IOException {
    int most = 16_384;
    for (int from = 0; from < bytes.length; from += most) {
      int to = Math.min(bytes.length, from + most);
      int flags = last && to == bytes.length ? END_STREAM : 0;
      send(new Frame(DATA, flags, lastStream, ByteBuffer.wrap(bytes, from, to - from)));
    }
  }

  /// Reads the next frame, answering none.
  ///
  /// @return the frame
  /// @throws IOException if the connection has ended, or nothing came for 30 s
  public Frame read() throws IOException {
    int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt() & Integer.MAX_VALUE;
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new Frame(type, flags, stream, ByteBuffer.wrap(payload));
  }

  /// Reads and drops frames until one of a kind comes.
  ///
  /// @param type as in [#DATA]
  /// @return that frame
  /// @throws IOException if the connection has ended, or nothing came for 30 s
  public Frame read(int type) throws IOException {
    Frame frame = read();
    while (frame.type() != type) {
      frame = read();
    }
    return frame;
  }

  /// Gives up a stream.
  ///
  /// @param stream its number
  /// @throws IOException if the server is gone
  public void reset(int stream) throws IOException {
    send(new Frame(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(0, CANCEL)));
  }

  /// Leaves; by a reset of the stream that was begun last, if that is the manner.
  ///
  /// @param manner how
  /// @throws IOException if the socket cannot be closed
  public void leave(Leaving manner) throws IOException {
    if (manner instanceof Leaving.StreamReset) {
      reset(lastStream);
    } else {
      connection.leave(manner);
    }
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
