package dev.hangup;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A task on its way to a thread of its own: a virtual one, and if that has not begun after a
/// moment, because work that computes or is pinned holds every carrier, a platform thread. A stop
/// must not wait for what it is to stop.
final class Launch implements Runnable {
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final String name;
  private final Runnable task;
  private final AtomicBoolean begun = new AtomicBoolean();
  private volatile @Nullable Future<?> rescue;

  private Launch(String name, Runnable task) {
    this.name = name;
    this.task = task;
  }

  static void now(String name, Runnable task) {
    Launch launch = new Launch(name, task);
    launch.rescue = Timing.after(PATIENCE_NANOS, launch::rescue);
    Thread.ofVirtual().name(name).start(launch);
  }

  static void after(long millis, String name, Runnable task) {
    var _ = Timing.after(TimeUnit.MILLISECONDS.toNanos(millis), () -> now(name, task));
  }

  @Override
  public void run() {
    if (begun.compareAndSet(false, true)) {
      Future<?> timer = rescue;
      if (timer != null) {
        timer.cancel(false);
      }
      task.run();
    }
  }

  private void rescue() {
    if (!begun.get()) {
      Thread.ofPlatform().daemon().name(name).start(this);
    }
  }
}
