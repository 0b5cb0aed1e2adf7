package dev.hangup.server;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Closes a connection that does not say in time which protocol it speaks. Only the event loop.
final class FirstBytes {
  private static final AttributeKey<Future<?>> TIMER =
      AttributeKey.valueOf(FirstBytes.class, "timer");

  private static final long DRAIN_MILLIS = 500;

  private FirstBytes() {}

  static void limit(Channel channel, ServerOptions options) {
    Future<?> timer =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  var _ = channel.close();
                },
                options.idleTimeout().toNanos(),
                TimeUnit.NANOSECONDS);
    channel.attr(TIMER).set(timer);
    var _ = channel.closeFuture().addListener(_ -> timer.cancel(false));
  }

  /// The server drains: who says nothing soon has nothing to say.
  static void drain(Channel channel) {
    Runnable look =
        () -> {
          if (channel.attr(TIMER).get() != null) {
            var _ = channel.close();
          }
        };
    var _ = channel.eventLoop().schedule(look, DRAIN_MILLIS, TimeUnit.MILLISECONDS);
  }

  static void came(Channel channel) {
    Future<?> timer = channel.attr(TIMER).getAndSet(null);
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
