package dev.hangup.server;

import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;

/// How much a client may send ahead on one HTTP/2 connection: RFC 9113 §5.2. What a window is open
/// for must be taken when it comes, so it counts against the budget before it does.
///
/// Connections and streams begin with the least there is, 64 KiB. Each upload of more than a frame
/// widens its own window and the connection's, so that one which stalls does not starve its
/// siblings, as long as the budget has that much. When it ends, the connection's window shrinks
/// with use: what was given cannot be taken back, and counts until then. Only the event loop.
final class Http2Windows {
  static final int LEAST = 65_535;

  private static final int STEP = 256 << 10;
  private static final int MOST = 4 << 20;

  private final ReadAhead readAhead;
  private final Http2FrameCodec codec;
  private final Http2LocalFlowController flow;
  private final Http2Stream connection;
  private long reserved;
  private boolean closed;

  Http2Windows(ReadAhead readAhead, Http2FrameCodec codec) {
    this.readAhead = readAhead;
    this.codec = codec;
    this.flow = codec.connection().local().flowController();
    this.connection = codec.connection().connectionStream();
  }

  /// Of a connection that we have asked for: as wide as it will ever be, from the beginning.
  static void open(Http2FrameCodec codec, int bytes) {
    change(
        codec.connection().local().flowController(), codec.connection().connectionStream(), bytes);
  }

  /// An upload turns out to be a long one.
  ///
  /// @return whether the window is wider now, and to be narrowed when the upload ends
  boolean widen(int id) {
    Http2Stream stream = codec.connection().stream(id);
    int wide = flow.initialWindowSize(connection) + STEP;
    long more = Math.max(0, promised(wide) - reserved);
    if (closed || stream == null || wide > MOST || !readAhead.tryReserve(more)) {
      return false;
    }
    reserved += more;
    change(flow, connection, STEP);
    change(flow, stream, STEP);
    return true;
  }

  void narrow() {
    if (!closed) {
      change(flow, connection, -STEP);
      giveBack(promised(flow.initialWindowSize(connection)));
    }
  }

  /// Nothing more can come.
  void close() {
    closed = true;
    giveBack(0);
  }

  private void giveBack(long still) {
    if (still < reserved) {
      readAhead.release(reserved - still);
      reserved = still;
    }
  }

  /// What may come or has come and is not taken yet, beyond the least.
  private long promised(int window) {
    int open = flow.windowSize(connection) + flow.unconsumedBytes(connection);
    return Math.max(0, Math.max(window, open) - LEAST);
  }

  private static void change(Http2LocalFlowController flow, Http2Stream stream, int bytes) {
    try {
      flow.incrementWindowSize(stream, bytes);
    } catch (Http2Exception e) {
      throw new IllegalStateException("a window cannot be changed", e);
    }
  }
}
