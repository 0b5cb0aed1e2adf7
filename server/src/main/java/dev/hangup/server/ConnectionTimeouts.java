package dev.hangup.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Closes a connection that stays idle, refuses a request whose head does not come to its end, and
/// drops what a client goes on sending after its last answer.
///
/// Stands before the decoder, to see the first byte of a head. Most requests touch no timer: the
/// idle timer looks at the clock when it fires and sleeps on, and the head's timer is started only
/// where a head did not come in one piece. All fields belong to the event loop.
final class ConnectionTimeouts extends ChannelInboundHandlerAdapter {
  private static final long DRAIN_SILENCE = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LINGER_SILENCE = TimeUnit.SECONDS.toNanos(2);
  private static final long LINGER_MOST = TimeUnit.SECONDS.toNanos(5);

  /// So that what an honest client had not stopped sending in time does not cost it its answer.
  private static final long LINGER_BYTES = 32 << 20;

  private final Http1Connection connection;
  private final Channel channel;
  private final long headNanos;

  private long idleNanos;
  private long idleSince;
  private boolean idle;
  private boolean headBegun;
  private boolean lingering;
  private long lingersSince;
  private long heardAt;
  private long dropped;
  private @Nullable Future<?> timer;
  private @Nullable Future<?> headTimer;

  ConnectionTimeouts(Http1Connection connection, Channel channel, ServerOptions options) {
    this.connection = connection;
    this.channel = channel;
    this.idleNanos = options.idleTimeout().toNanos();
    this.headNanos = options.headerTimeout().toNanos();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (lingering) {
      drop(message);
      return;
    }
    if (!headBegun // also where the answer before it is not over
        && message instanceof ByteBuf bytes
        && bytes.isReadable()
        && !connection.isReceivingBody()) {
      headBegun = true;
    }
    ctx.fireChannelRead(message);
  }

  private void drop(Object message) {
    heardAt = System.nanoTime();
    dropped += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
    ReferenceCountUtil.release(message);
    if (dropped > LINGER_BYTES) {
      var _ = channel.close();
    }
  }

  /// No request runs or waits.
  void idle() {
    idle = true;
    idleSince = System.nanoTime();
    readComplete(true);
    if (timer == null) {
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

  /// The server drains: who asks nothing more for a moment is done. Not at once, for a request may
  /// be on its way that would be lost.
  void drain() {
    idleNanos = Math.min(idleNanos, DRAIN_SILENCE);
    if (timer != null && !lingering) {
      timer.cancel(false);
      sleep(Math.max(0, left(System.nanoTime())));
    }
  }

  /// The last answer is out: the client has some time to take it, and to stop sending.
  void linger() {
    cancel();
    lingering = true;
    lingersSince = heardAt = System.nanoTime();
    sleep(LINGER_SILENCE);
  }

  void cancel() {
    busy();
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void sleep(long nanos) {
    timer = channel.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
  }

  private void look() {
    long left = left(System.nanoTime());
    if (left <= 0) {
      var _ = channel.close();
    } else {
      sleep(left);
    }
  }

  private long left(long now) {
    if (lingering) {
      return Math.min(LINGER_SILENCE - (now - heardAt), LINGER_MOST - (now - lingersSince));
    }
    return idle && !headBegun ? idleNanos - (now - idleSince) : idleNanos;
  }
}
