package dev.hangup.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A [Peer]'s connection that speaks HTTP/2 (RFC 9113): requests without bodies, responses within
/// the client's windows.
final class Http2Connection {
  private static final int CONTINUATION = 9;
  private static final int WINDOW_UPDATE = 8;
  private static final int END_HEADERS = 4;
  private static final int PADDED = 8;
  private static final int PRIORITY = 0x20;
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final int INTERNAL_ERROR = 2;
  private static final int PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length();

  private final Peer peer;
  private final DataInputStream in;
  private final OutputStream out;
  private final Hpack hpack = new Hpack();
  private final Map<Integer, Http2Exchange> streams = new ConcurrentHashMap<>();
  private final Object windows = new Object();

  // Guarded by windows
  private long window = 65_535;
  private int initialWindow = 65_535;
  private boolean gone;

  Http2Connection(Peer peer, Socket socket) throws IOException {
    this.peer = peer;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    this.out = socket.getOutputStream();
  }

  void serve() throws IOException {
    in.readNBytes(PREFACE);
    send(RawHttp2Client.SETTINGS, 0, 0, new byte[0]);
    try {
      while (read()) {}
      left(new Leaving.Close());
    } catch (IOException e) {
      left(new Leaving.Reset());
      throw e;
    }
  }

  private void left(Leaving manner) {
    synchronized (windows) {
      gone = true;
      windows.notifyAll();
    }
    streams.values().forEach(exchange -> exchange.leave(Sight.of(manner)));
  }

  /// Reads a frame; false at the end.
  private boolean read() throws IOException {
    int first = in.read();
    if (first < 0) {
      return false;
    }
    int length = first << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt() & Integer.MAX_VALUE;
    ByteBuffer payload = ByteBuffer.wrap(in.readNBytes(length));
    switch (type) {
      case RawHttp2Client.HEADERS -> headers(stream, flags, payload);
      case RawHttp2Client.SETTINGS -> settings(flags, payload);
      case RawHttp2Client.RST_STREAM -> reset(stream, payload.getInt());
      case RawHttp2Client.PING -> {
        if ((flags & RawHttp2Client.END_STREAM) == 0) {
          send(RawHttp2Client.PING, RawHttp2Client.END_STREAM, 0, payload.array());
        }
      }
      case WINDOW_UPDATE -> widen(stream, payload.getInt());
      default -> {} // DATA, PRIORITY, GOAWAY and what is unknown change nothing here
    }
    return true;
  }

  private void headers(int stream, int flags, ByteBuffer payload) throws IOException {
    int padding = (flags & PADDED) != 0 ? payload.get() & 0xff : 0;
    payload.position(payload.position() + ((flags & PRIORITY) != 0 ? 5 : 0));
    payload.limit(payload.limit() - padding);
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(payload.array(), payload.arrayOffset() + payload.position(), payload.remaining());
    boolean whole = (flags & END_HEADERS) != 0;
    while (!whole) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      if (in.readUnsignedByte() != CONTINUATION) {
        throw new IOException("a field block is interrupted");
      }
      whole = (in.readUnsignedByte() & END_HEADERS) != 0;
      in.readInt();
      block.write(in.readNBytes(length));
    }
    Map<String, String> fields = hpack.decode(ByteBuffer.wrap(block.toByteArray()));
    Http2Exchange exchange = new Http2Exchange(stream, fields);
    streams.put(stream, exchange);
    peer.received(exchange);
  }

  private void settings(int flags, ByteBuffer payload) throws IOException {
    if ((flags & RawHttp2Client.END_STREAM) != 0) {
      return;
    }
    while (payload.hasRemaining()) {
      int setting = payload.getShort();
      int value = payload.getInt();
      if (setting == INITIAL_WINDOW_SIZE) {
        synchronized (windows) {
          int change = value - initialWindow;
          initialWindow = value;
          streams.values().forEach(exchange -> exchange.window += change);
          windows.notifyAll();
        }
      }
    }
    send(RawHttp2Client.SETTINGS, RawHttp2Client.END_STREAM, 0, new byte[0]);
  }

  private void reset(int stream, int error) {
    Http2Exchange exchange = streams.remove(stream);
    if (exchange != null) {
      synchronized (windows) {
        exchange.leave(new Sight(new Leaving.StreamReset(), error, System.nanoTime()));
        windows.notifyAll();
      }
    }
  }

  private void widen(int stream, int by) {
    synchronized (windows) {
      Http2Exchange exchange = streams.get(stream);
      if (stream == 0) {
        window += by;
      } else if (exchange != null) {
        exchange.window += by;
      }
      windows.notifyAll();
    }
  }

  private synchronized void send(int type, int flags, int stream, byte[] payload)
      throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length).put((byte) type);
    frame.put((byte) flags).putInt(stream).put(payload);
    out.write(frame.array());
  }

  /// A request on a stream of this connection.
  private final class Http2Exchange extends Exchange {
    private final int stream;
    private long window; // guarded by windows

    Http2Exchange(int stream, Map<String, String> fields) {
      super(fields.getOrDefault(":path", "/"), fields, Http2Connection.this);
      this.stream = stream;
      synchronized (windows) {
        this.window = initialWindow;
      }
    }

    @Override
    void head() throws IOException {
      byte[] block = Hpack.encode(Map.of(":status", "200"));
      send(RawHttp2Client.HEADERS, END_HEADERS, stream, block);
    }

    @Override
    void data(byte[] bytes) throws IOException {
      try {
        synchronized (windows) {
          while (!isLeft()
              && !gone
              && (window < bytes.length || Http2Connection.this.window < bytes.length)) {
            windows.wait();
          }
          window -= bytes.length;
          Http2Connection.this.window -= bytes.length;
          if (isLeft() || gone) {
            throw new IOException("the client is gone");
          }
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      send(RawHttp2Client.DATA, 0, stream, bytes);
    }

    @Override
    void end() throws IOException {
      streams.remove(stream); // the client may leave now, and nobody is to be told
      send(RawHttp2Client.DATA, RawHttp2Client.END_STREAM, stream, new byte[0]);
    }

    @Override
    void garbage() throws IOException {
      byte[] nonsense = {(byte) 0x80}; // index 0, RFC 7541 §6.1
      send(RawHttp2Client.HEADERS, END_HEADERS, stream, nonsense);
    }

    @Override
    void die() throws IOException {
      streams.remove(stream);
      byte[] error = ByteBuffer.allocate(4).putInt(INTERNAL_ERROR).array();
      send(RawHttp2Client.RST_STREAM, 0, stream, error);
    }
  }
}
