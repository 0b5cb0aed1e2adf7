package dev.hangup.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Watches that wait until they are due. Most are closed before, and leave: they cost two short
/// locks that nobody else wants, and keep nothing.
///
/// Any thread adds and removes; the watcher's thread sleeps and takes. It looks about once in a
/// patience, however many come: it sleeps until the first is due, or, where something has come of
/// late, for a whole patience, since nothing that comes meanwhile is due before. If nothing has
/// come by then, it sleeps without end, and who adds wakes it: the sleeper says that it sleeps
/// **before** it looks for the last time, the adder adds before it reads that.
final class Patience {
  private static final int LANE_BITS = 6;
  private static final int SPREAD = 0x9E37_79B9; // neighbours among threads are none among lanes

  private final Lane[] lanes =
      Stream.generate(Lane::new).limit(1 << LANE_BITS).toArray(Lane[]::new);
  private final Runnable wake;
  private volatile boolean asleep; // and not to wake up for anybody's sake

  private long
      lull; // only the watcher's thread: how long nothing that comes is due; 0 if none came

  Patience(Runnable wake) {
    this.wake = wake;
  }

  /// The watches of some threads, in the order of their coming, which is that of their due times as
  /// all wait equally long.
  static final class Lane {
    // Guarded by this, and so are the links of the watches that are in it
    private @Nullable Watch oldest;
    private @Nullable Watch newest;
    private long came; // the patience of those who have come since the last look

    private synchronized void add(Watch watch) {
      watch.lane = this;
      watch.older = newest;
      if (newest == null) {
        oldest = watch;
      } else {
        newest.newer = watch;
      }
      newest = watch;
      came = watch.patience;
    }

    private synchronized void remove(Watch watch) {
      if (watch.lane == this) { // else it was due
        unlink(watch);
      }
    }

    private void unlink(Watch watch) {
      Watch older = watch.older;
      Watch newer = watch.newer;
      if (older == null) {
        oldest = newer;
      } else {
        older.newer = newer;
      }
      if (newer == null) {
        newest = older;
      } else {
        newer.older = older;
      }
      watch.lane = null;
      watch.older = null;
      watch.newer = null;
    }

    /// Returns the patience of those who came, 0 if none did.
    private synchronized long takeDue(long now, List<Watch> due) {
      for (Watch next = oldest; next != null && next.due - now <= 0; next = oldest) {
        unlink(next);
        due.add(next);
      }
      long patience = came;
      came = 0;
      return patience;
    }

    private synchronized long untilDue(long least) {
      if (oldest == null) {
        return least;
      }
      long left = Math.max(0, oldest.due - System.nanoTime());
      return least < 0 ? left : Math.min(least, left);
    }

    private synchronized int size() {
      int size = 0;
      for (Watch next = oldest; next != null; next = next.newer) {
        size++;
      }
      return size;
    }
  }

  void add(Watch watch) {
    int spread = (int) Thread.currentThread().threadId() * SPREAD;
    lanes[spread >>> (Integer.SIZE - LANE_BITS)].add(watch);
    if (asleep) {
      asleep = false;
      wake.run();
    }
  }

  void remove(Watch watch) {
    Lane lane = watch.lane;
    if (lane != null) {
      lane.remove(watch);
    }
  }

  /// Says how long the thread will sleep.
  ///
  /// @return nanoseconds; -1 until it is woken up
  long fallAsleep() {
    asleep = lull == 0;
    long pause = lull > 0 ? lull : -1;
    lull = 0;
    for (Lane lane : lanes) {
      pause = lane.untilDue(pause);
    }
    if (pause >= 0) {
      asleep = false;
    }
    return pause;
  }

  /// It sleeps no longer.
  void wakeUp() {
    asleep = false;
  }

  /// Takes those that are due and still open.
  void takeDue(Consumer<Watch> action) {
    long now = System.nanoTime();
    List<Watch> due = new ArrayList<>(0);
    for (Lane lane : lanes) {
      lull = Math.max(lull, lane.takeDue(now, due));
    }
    for (Watch watch : due) {
      if (watch.isOpen()) {
        action.accept(watch);
      }
    }
  }

  int size() {
    int size = 0;
    for (Lane lane : lanes) {
      size += lane.size();
    }
    return size;
  }
}
