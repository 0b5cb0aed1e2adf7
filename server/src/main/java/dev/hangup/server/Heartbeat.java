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
  private volatile boolean stopped;
  private volatile @Nullable Future<?> timer;

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
    stopped = true;
    Future<?> waiting = timer;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }

  private void lookAfter(long nanos) {
    if (!stopped) {
      timer = socket.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void look() {
    long left = interval - body.silence();
    if (left <= 0 && body.isIdle() && isSilent()) {
      Thread.ofVirtual().name("hangup-heartbeat").start(this::beat);
    }
    lookAfter(left > 0 ? left : interval);
  }

  /// Whether the kernel has nothing of ours under way, or may say now that it never will.
  private boolean isSilent() {
    return SendQueue.of(socket).map(queue -> queue.isEmpty() || queue.closed()).orElse(true);
  }

  private void beat() {
    try {
      body.writeIfIdle(COMMENT);
    } catch (IOException | CancelledException over) {
      context.noted("a heartbeat came too late", over);
    }
  }
}
