package dev.hangup.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Closes a connection that stays idle, and refuses a request whose head does not come to its end.
///
/// Stands before the decoder, to see the first byte of a head. Most requests touch no timer: the
/// idle timer looks at the clock when it fires and sleeps on, and the head's timer is started only
/// where a head did not come in one piece. All fields belong to the event loop.
final class ConnectionTimeouts extends ChannelInboundHandlerAdapter {
  private final Http1Connection connection;
  private final Channel channel;
  private final long idleNanos;
  private final long headNanos;

  private long idleSince;
  private boolean idle;
  private boolean headBegun;
  private @Nullable Future<?> idleTimer;
  private @Nullable Future<?> headTimer;

  ConnectionTimeouts(Http1Connection connection, Channel channel, ServerOptions options) {
    this.connection = connection;
    this.channel = channel;
    this.idleNanos = options.idleTimeout().toNanos();
    this.headNanos = options.headerTimeout().toNanos();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (idle && message instanceof ByteBuf bytes && bytes.isReadable()) {
      headBegun = true;
    }
    ctx.fireChannelRead(message);
  }

  /// No request runs or waits.
  void idle() {
    idle = true;
    idleSince = System.nanoTime();
    if (idleTimer == null) {
      sleep(idleNanos);
    }
  }

  /// A head has been read.
  void busy() {
    idle = false;
    headBegun = false;
    if (headTimer != null) {
      headTimer.cancel(false);
      headTimer = null;
    }
  }

  /// What had come in is decoded.
  void readComplete(boolean waiting) {
    if (waiting && headBegun && headTimer == null) {
      headTimer =
          channel.eventLoop().schedule(connection::headTimedOut, headNanos, TimeUnit.NANOSECONDS);
    }
  }

  void cancel() {
    busy();
    if (idleTimer != null) {
      idleTimer.cancel(false);
    }
  }

  private void sleep(long nanos) {
    idleTimer = channel.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
  }

  private void look() {
    long left = idle && !headBegun ? idleNanos - (System.nanoTime() - idleSince) : idleNanos;
    if (left <= 0) {
      var _ = channel.close();
    } else {
      sleep(left);
    }
  }
}
