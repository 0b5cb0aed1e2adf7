package dev.hangup.server.http3;

import dev.hangup.server.EngineConnection.Signal;
import dev.hangup.server.EngineConnection.Signals;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http3.DefaultHttp3GoAwayFrame;
import io.netty.handler.codec.http3.DefaultHttp3UnknownFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Frame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.StreamStops;

/// Says in HTTP/3's words what a server has to say on one connection. Only the event loop.
final class Http3Signals implements Signals {
  private static final long LAST_STREAM = (1L << 62) - 4;

  /// A frame whose type is reserved so that it is ignored, RFC 9114 §7.2.8: Netty has no other way
  /// to send what must be acknowledged.
  private static final long IGNORED = 0x40;

  private long next; // the first stream that has not come yet
  private boolean gone;

  /// Whether a stream that comes is still taken.
  boolean takes(long stream) {
    if (gone && stream >= next) {
      return false;
    }
    next = Math.max(next, stream + 4);
    return true;
  }

  @Override
  public void send(Signal signal, Channel channel) {
    switch (signal) {
      case SOON -> control(channel, new DefaultHttp3GoAwayFrame(LAST_STREAM));
      case GO_AWAY -> {
        gone = true;
        control(channel, new DefaultHttp3GoAwayFrame(next));
      }
      case ARE_YOU_THERE ->
          control(channel, new DefaultHttp3UnknownFrame(IGNORED, Unpooled.EMPTY_BUFFER));
      case CLOSE -> close(channel, Http3ErrorCode.H3_NO_ERROR);
      case CALM_DOWN -> close(channel, Http3ErrorCode.H3_EXCESSIVE_LOAD);
      case BROKEN -> shutdown(channel, Http3ErrorCode.H3_INTERNAL_ERROR);
      case MALFORMED -> shutdown(channel, Http3ErrorCode.H3_MESSAGE_ERROR);
      case GIVEN_UP -> shutdown(channel, Http3ErrorCode.H3_REQUEST_CANCELLED);
      case ENOUGH -> enough((QuicStreamChannel) channel);
    }
  }

  /// The answer was sent whole.
  private static void enough(QuicStreamChannel stream) {
    var _ = stream.shutdownInput(Http3ErrorCode.H3_NO_ERROR.code());
    StreamStops.close(stream);
  }

  private static void control(Channel connection, Http3Frame frame) {
    QuicStreamChannel control = Http3.getLocalControlStream(connection);
    if (control != null) {
      var _ = control.writeAndFlush(frame);
    }
  }

  private static void close(Channel connection, Http3ErrorCode code) {
    var _ = ((QuicChannel) connection).close(true, code.code(), Unpooled.EMPTY_BUFFER);
  }

  private static void shutdown(Channel channel, Http3ErrorCode code) {
    QuicStreamChannel stream = (QuicStreamChannel) channel;
    var _ = stream.shutdown(code.code(), stream.newPromise());
    StreamStops.close(stream);
  }
}
