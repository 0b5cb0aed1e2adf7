package dev.hangup;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A task on its way to a thread of its own: a virtual one, and if that has not begun after a
/// moment, because work that computes or is pinned holds every carrier, a platform thread. A stop
/// must not wait for what it is to stop.
final class Launch implements Runnable {
  static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final ThreadFactory PLATFORM =
      Thread.ofPlatform()
          .inheritInheritableThreadLocals(false)
          .daemon()
          .name("hangup-rescue-", 0)
          .factory();

  private final Runnable task;
  private final AtomicBoolean begun = new AtomicBoolean();

  private Launch(Runnable task) {
    this.task = task;
  }

  /// Starts a task; the caller looks after it with [#rescue()].
  static Launch start(String name, Runnable task) {
    Launch launch = new Launch(task);
    Thread.ofVirtual().name(name).start(launch);
    return launch;
  }

  /// Looks after a task that was started, by a timer of its own.
  void guard() {
    var _ = Timing.after(PATIENCE_NANOS, this::rescue);
  }

  static void guardedAfter(long millis, String name, Runnable task) {
    var _ = Timing.after(TimeUnit.MILLISECONDS.toNanos(millis), () -> start(name, task).guard());
  }

  @Override
  public void run() {
    if (begun.compareAndSet(false, true)) {
      task.run();
    }
  }

  /// Takes another thread if the first has not begun. Returns whether that was so.
  boolean rescue() {
    if (begun.get()) {
      return false;
    }
    PLATFORM.newThread(this).start();
    return true;
  }
}
