package dev.hangup.server;

import dev.hangup.Cancellation;
import dev.hangup.Registration;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What becomes of one response, for a handler that asks. Costs nothing where none does: the kernel
/// is watched from the first question on, until it has acknowledged all or the handler returns.
final class Delivery {
  private final ServerContext context;
  private final Channel socket;

  // Guarded by this
  private Outcome outcome = Outcome.WAITING;
  private boolean settled;
  private boolean asked;

  // Only the event loop
  private @Nullable Watch watch;
  private boolean stopped;

  Delivery(ServerContext context, Channel socket) {
    this.context = context;
    this.socket = socket;
  }

  // What the exchange tells

  /// On the event loop: the kernel has taken the last byte, or refused it.
  void decided(boolean taken) {
    if (!taken) {
      settle(Outcome.CUT);
      return;
    }
    boolean wanted;
    synchronized (this) {
      if (settled) {
        return;
      }
      outcome = Outcome.BUFFERED;
      wanted = asked;
    }
    if (wanted) {
      watch();
    }
  }

  /// It was broken off.
  void cut() {
    settle(Outcome.CUT);
  }

  /// Nobody will ask any more.
  void stop() {
    synchronized (this) {
      if (!asked) {
        return;
      }
    }
    context.onLoop(
        socket,
        () -> {
          stopped = true;
          unwatch();
          settleIfBuffered();
        });
  }

  // What the handler asks

  /// How far it is now; from now on the kernel is watched.
  Outcome outcome() {
    boolean late;
    Outcome now;
    synchronized (this) {
      late = !asked && outcome == Outcome.BUFFERED;
      asked = true;
      now = outcome;
    }
    if (late) {
      context.onLoop(socket, this::watch);
    }
    return now;
  }

  /// Blocks until no more is to be known.
  Outcome await() throws InterruptedException {
    outcome();
    Cancellation work = Cancellation.current();
    try (Registration _ = work.onCancel(_ -> wake())) {
      synchronized (this) {
        while (!settled) {
          work.check();
          wait();
        }
        return outcome;
      }
    }
  }

  private synchronized void wake() {
    notifyAll();
  }

  private synchronized void settle(Outcome last) {
    if (!settled) {
      outcome = last;
      settled = true;
      notifyAll();
    }
  }

  // The event loop's side

  private void settleIfBuffered() {
    boolean buffered;
    synchronized (this) {
      buffered = outcome == Outcome.BUFFERED;
    }
    if (buffered) {
      settle(Outcome.BUFFERED);
    }
  }

  private void watch() {
    if (stopped) {
      settle(Outcome.BUFFERED);
      return;
    }
    Optional<SendQueue> queue = SendQueue.of(socket);
    if (queue.isEmpty()) {
      settle(Outcome.BUFFERED);
    } else if (watch == null) {
      watch = new Watch(queue.get().taken());
      socket.pipeline().addFirst(watch);
      watch.look();
    }
  }

  private void unwatch() {
    Watch ended = watch;
    if (ended != null) {
      watch = null;
      ended.end();
      if (socket.pipeline().context(ended) != null) {
        socket.pipeline().remove(ended);
      }
    }
  }

  /// Looks at the socket after 1, 2, 4 … 200 ms, whenever something has come in, and before it is
  /// closed: what the client has acknowledged before it left is not lost.
  private final class Watch extends ChannelDuplexHandler {
    private static final long LONGEST_PAUSE = 200;

    private final long end;
    private long pause = 1;
    private boolean over;

    Watch(long end) {
      this.end = end;
    }

    /// Looks, and comes back.
    void look() {
      if (!glance()) {
        var _ = socket.eventLoop().schedule(this::look, pause, TimeUnit.MILLISECONDS);
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    }

    /// @return whether there is no more to be seen
    private boolean glance() {
      Optional<SendQueue> queue = over ? Optional.empty() : SendQueue.of(socket);
      if (queue.isEmpty()) {
        return true;
      }
      if (queue.get().acknowledged() >= end) {
        settle(Outcome.DELIVERED);
      } else if (queue.get().closed()) {
        settle(Outcome.CUT);
      } else {
        return false;
      }
      unwatch();
      return true;
    }

    void end() {
      over = true;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      glance();
      ctx.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      glance();
      ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      glance();
      ctx.fireExceptionCaught(cause);
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
      glance();
      var _ = ctx.close(promise);
    }

    /// Closed with bytes on their way, which may arrive all the same.
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      settle(Outcome.BUFFERED);
      ctx.fireChannelInactive();
      unwatch();
    }
  }
}
