package dev.hangup.server;

import dev.hangup.CancelReason;
import dev.hangup.server.EngineConnection.Signal;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Finds out, while a client waits for an answer, that it has vanished, and looks whether those
/// that have not are fast enough. What the client must acknowledge is sent at every look, as long
/// as a request is in flight for longer than one: so a client that lives is heard of. Only the
/// event loop.
final class EnginePulse {
  private final EngineConnection connection;
  private final Liveness liveness;
  private @Nullable LongSupplier heard;
  private @Nullable Future<?> timer;
  private long packets = -1;
  private long heardAt;

  EnginePulse(ServerContext context, EngineConnection connection) {
    this.connection = connection;
    this.liveness = context.liveness(connection.channel().eventLoop());
  }

  void watch(LongSupplier packetsHeard) {
    heard = packetsHeard;
  }

  /// A request has begun where there was none.
  void busy() {
    if (timer == null) {
      packets = -1;
      schedule();
    }
  }

  /// No request is left.
  void idle() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void schedule() {
    timer =
        connection
            .channel()
            .eventLoop()
            .schedule(this::look, liveness.tickMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    timer = null;
    connection.look(); // which may end the last request
    if (!connection.channel().isActive() || !connection.isBusy()) {
      return;
    }
    schedule();
    LongSupplier counts = heard;
    if (counts != null && liveness.asks()) {
      ask(counts.getAsLong());
    }
  }

  private void ask(long count) {
    long now = System.nanoTime();
    if (count != packets) {
      packets = count;
      heardAt = now;
    }
    Duration silence = Duration.ofNanos(now - heardAt);
    if (silence.compareTo(liveness.limit()) >= 0) {
      connection.lost(new CancelReason.PeerVanished(silence));
      connection.signals().send(Signal.CLOSE, connection.channel());
    } else {
      connection.signals().send(Signal.ARE_YOU_THERE, connection.channel());
    }
  }
}
