package dev.hangup.server;

import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;

/// The flow control of HTTP/2 connections: RFC 9113 §5.2.
final class Http2Windows {
  private Http2Windows() {}

  /// One stalled transfer must not starve its siblings of the connection's window.
  static void widen(Http2FrameCodec codec, int bytes) {
    var connection = codec.connection();
    try {
      connection.local().flowController().incrementWindowSize(connection.connectionStream(), bytes);
    } catch (Http2Exception e) {
      throw new IllegalStateException("the connection's window cannot be widened", e);
    }
  }
}
