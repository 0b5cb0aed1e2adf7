package dev.hangup.server;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.PromiseNotifier;
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

  /// Hears of the outcome before whoever wrote, who may end a request because of it.
  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ChannelPromise outcome = ctx.newPromise().addListener(this);
    var _ = outcome.addListener(new PromiseNotifier<>(promise.unvoid()));
    var _ = ctx.write(message, outcome);
  }

  @Override
  public void operationComplete(ChannelFuture future) {
    Throwable cause = future.cause();
    met |= cause instanceof IOException && !(cause instanceof ClosedChannelException);
  }
}
