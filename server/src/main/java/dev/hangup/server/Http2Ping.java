package dev.hangup.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Asks a client that has sent nothing for a while by a PING (RFC 9113 §6.7): a process that is
/// frozen does not answer, though its kernel goes on answering TCP.
///
/// Any frame is a sign of life. There is never a second ping before the first is answered, and none
/// while TCP itself waits for an answer: bytes that stay unacknowledged suspend its keep-alive. For
/// the same reason the time in which TCP hears nothing does not count: that is not the process.
///
/// Stands behind the codec. Time is counted in looks, so that a pause of our own process is none of
/// the client's. Only the event loop.
final class Http2Ping extends ChannelInboundHandlerAdapter {
  private static final long CONTENT = 0x68616e6775700000L; // "hangup"

  private @Nullable ChannelHandlerContext context;
  private boolean heard;
  private boolean outstanding;
  private long quietMillis;

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    heard = true;
    if (message instanceof Http2PingFrame frame && frame.ack() && frame.content() == CONTENT) {
      outstanding = false;
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  /// One look, while streams are in flight.
  ///
  /// @param passed since the last look
  /// @param limit how long nothing need come
  /// @param open whether TCP owes us no answer
  /// @param connected whether TCP has heard of the client within the limit
  /// @return whether the client is frozen
  boolean look(long passed, long limit, boolean open, boolean connected) {
    if (heard) {
      heard = false;
      quietMillis = 0;
    } else if (connected) {
      quietMillis += passed;
    }
    if (outstanding) {
      return quietMillis >= 3 * limit;
    }
    if (quietMillis >= limit && open && context != null) {
      outstanding = true;
      quietMillis = 0;
      var _ = context.writeAndFlush(new DefaultHttp2PingFrame(CONTENT));
    }
    return false;
  }

  /// For how long a ping was unanswered.
  Duration silence() {
    return Duration.ofMillis(quietMillis);
  }
}
