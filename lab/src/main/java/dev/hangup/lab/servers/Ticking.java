package dev.hangup.lab.servers;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The handler of those servers whose handlers own no thread: a step each 10 ms, until it is told.
final class Ticking {
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  private final Work work;
  private final Runnable piece;
  private final Runnable end;

  /// @param piece writes one
  /// @param end ends the response
  private Ticking(Work work, Runnable piece, Runnable end) {
    this.work = work;
    this.piece = piece;
    this.end = end;
  }

  static void start(Work work, Runnable piece, Runnable end) {
    new Ticking(work, piece, end).tick();
  }

  private void tick() {
    if (work.isOver()) {
      return;
    }
    if (!work.step()) {
      work.ended();
      end.run();
      return;
    }
    if (work.isStream()) {
      piece.run();
      work.wrote();
    }
    var _ = CLOCK.schedule(this::tick, Work.STEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// Tells the work that its client has left, and stops it.
  static void tell(Work work, String how) {
    work.told(how);
    work.stopped();
  }
}
