package dev.hangup.server;

import dev.hangup.CancelledException;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Sends a comment where a stream of events was silent for a while, so that neither side's network
/// forgets the connection, and a client that is gone is found out.
///
/// Never two in flight: one that the kernel could not deliver is tried again by the kernel, and
/// more behind it would only slow it down. The event loop keeps the time; the comment is sent from
/// a thread of its own, since it may have to be compressed.
final class Heartbeat {
  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerContext context;
  private final ResponseBody body;
  private final Channel socket;
  private final long interval;

  // Only the event loop
  private @Nullable Future<?> timer;
  private boolean stopped;
  private long beaten;

  Heartbeat(ServerContext context, ResponseBody body, Channel socket, Duration interval) {
    this.context = context;
    this.body = body;
    this.socket = socket;
    this.interval = interval.toNanos();
  }

  void start() {
    context.onLoop(socket, () -> lookAfter(interval));
  }

  void stop() {
    context.onLoop(
        socket,
        () -> {
          stopped = true;
          if (timer != null) {
            timer.cancel(false);
          }
        });
  }

  private void lookAfter(long nanos) {
    if (!stopped) {
      timer = socket.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void look() {
    long left = interval - body.silence();
    if (left <= 0 && body.isIdle() && isHeard()) {
      Thread.ofVirtual().name("hangup-heartbeat").start(this::beat);
    }
    lookAfter(left > 0 ? left : interval);
  }

  /// Whether the last one is not under way any more, as far as the kernel tells.
  private boolean isHeard() {
    return SendQueue.of(socket)
        .map(queue -> queue.acknowledged() >= beaten || queue.closed())
        .orElse(true);
  }

  private void remember() {
    SendQueue.of(socket).ifPresent(queue -> beaten = queue.taken());
  }

  private void beat() {
    try {
      body.writeIfIdle(COMMENT);
      context.onLoop(socket, this::remember); // after the write, which it does first
    } catch (IOException | CancelledException over) {
      context.noted("a heartbeat came too late", over);
    }
  }
}
