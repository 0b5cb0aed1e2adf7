package dev.hangup.server;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/// Remembers that a write met a reset. The kernel tells of a reset once, to the first call that
/// asks: if that is a write of the protocol's own (an acknowledgement, a session ticket), reading
/// afterwards looks like an orderly end. Stands first in the pipeline; only the event loop.
final class ResetWatch extends ChannelOutboundHandlerAdapter implements ChannelFutureListener {
  private boolean met;

  boolean hasMetReset() {
    return met;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    var _ = ctx.write(message, promise.unvoid().addListener(this));
  }

  @Override
  public void operationComplete(ChannelFuture future) {
    Throwable cause = future.cause();
    met |= cause instanceof IOException && !(cause instanceof ClosedChannelException);
  }
}
