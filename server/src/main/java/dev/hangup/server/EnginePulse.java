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
/// as a request is in flight for longer than one: so a client that lives is heard of. What the loop
/// itself stood still for is no silence of the client's: what it sent meanwhile may not have been
/// read. Only the event loop.
final class EnginePulse {
  private final EngineConnection connection;
  private final Liveness liveness;
  private @Nullable LongSupplier heard;
  private @Nullable Future<?> timer;
  private long packets = -1;
  private long heardAt;
  private long lookedAt;

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
      heardAt = lookedAt = System.nanoTime();
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
    if (counts != null) {
      listen(counts.getAsLong());
      if (liveness.asks()) {
        ask();
      }
    }
  }

  private void listen(long count) {
    long now = System.nanoTime();
    long tick = TimeUnit.MILLISECONDS.toNanos(liveness.tickMillis());
    long late = now - lookedAt - tick;
    lookedAt = now;
    if (count != packets) {
      packets = count;
      heardAt = now;
    } else if (late > tick) {
      heardAt += late;
    }
  }

  /// For how long the client was not heard of.
  Duration silence() {
    return Duration.ofNanos(System.nanoTime() - heardAt);
  }

  private void ask() {
    Duration silence = silence();
    if (silence.compareTo(liveness.limit()) >= 0) {
      connection.lost(new CancelReason.PeerVanished(silence));
      connection.signals().send(Signal.CLOSE, connection.channel());
    } else {
      connection.signals().send(Signal.ARE_YOU_THERE, connection.channel());
    }
  }
}
