package dev.hangup;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The one timer behind all deadlines and all graces: a daemon thread that only ever runs short
/// tasks of our own. A platform thread, so that it also runs while deaf work holds every carrier of
/// the virtual ones; and with nothing of the thread that happened to come first, whose class loader
/// would not be unloaded.
final class Timing {
  private static final ScheduledThreadPoolExecutor TIMER = timer();

  private Timing() {}

  private static ScheduledThreadPoolExecutor timer() {
    var timer =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform()
                .inheritInheritableThreadLocals(false)
                .daemon()
                .name("hangup-timer")
                .factory());
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  static Future<?> after(long nanos, Runnable task) {
    return TIMER.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }
}
