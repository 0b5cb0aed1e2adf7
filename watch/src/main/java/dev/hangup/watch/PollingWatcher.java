package dev.hangup.watch;

import dev.hangup.CancelReason;
import dev.hangup.Observability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads the kernel's table of connections four times a second, while something is watched. It is
/// not read in one piece, so that one look can miss a row: two tell, the second soon after the
/// first.
///
/// One daemon thread.
final class PollingWatcher implements Watcher, Runnable {
  private static final System.Logger LOG = System.getLogger("dev.hangup");
  private static final long PERIOD_NANOS = 250_000_000;
  private static final long SECOND_LOOK_NANOS = 50_000_000;

  private final TcpTable table;
  private final String why;
  private final Map<Watch, Sight> watches = new LinkedHashMap<>(); // guarded by this
  private boolean closed; // guarded by this
  private long nextLook = System.nanoTime(); // only the watcher's thread

  /// What was seen of a watch's connection: only the watcher's thread.
  private static final class Sight {
    boolean seen;
    int missed;
  }

  /// @param why it is not done better, for people
  PollingWatcher(TcpTable table, String why) {
    this.table = table;
    this.why = why;
    Watchers.start(this);
  }

  @Override
  public synchronized void add(Watch watch) {
    if (!closed) {
      watches.put(watch, new Sight());
      if (watches.size() == 1) {
        notifyAll();
      }
    }
  }

  @Override
  public void remove(Watch watch) {
    // what is closed is forgotten at the next look
  }

  @Override
  public void run() {
    try {
      while (awaitNextLook()) {
        try {
          look();
        } catch (IOException | RuntimeException | Error e) {
          nextLook = System.nanoTime() + PERIOD_NANOS;
          LOG.log(System.Logger.Level.ERROR, "looking at connections failed; it goes on", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody has this thread
    }
  }

  private synchronized boolean awaitNextLook() throws InterruptedException {
    while (!closed && watches.isEmpty()) {
      wait();
    }
    for (long left = left(); !closed && left > 0; left = left()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return !closed;
  }

  private long left() {
    return nextLook - System.nanoTime();
  }

  private void look() throws IOException {
    Map<Watch, Sight> due = new LinkedHashMap<>();
    long now = System.nanoTime();
    synchronized (this) {
      watches.keySet().removeIf(watch -> !watch.isOpen());
      watches.forEach((watch, sight) -> {
        if (watch.due - now <= 0) {
          due.put(watch, sight);
        }
      });
    }
    due.keySet().removeIf(watch -> !watch.isKnown());
    nextLook = now + PERIOD_NANOS;
    if (due.isEmpty()) {
      return;
    }
    Map<Endpoints, Integer> states = table.states();
    List<Watch> told = new ArrayList<>();
    for (Map.Entry<Watch, Sight> entry : due.entrySet()) {
      Watch watch = entry.getKey();
      Integer state = states.get(watch.endpoints());
      if (isGone(state, entry.getValue(), watch.certain)) {
        told.add(watch);
        watch.tell(java.util.Objects.requireNonNull(gone(state)));
      }
    }
    synchronized (this) {
      watches.keySet().removeAll(told);
    }
  }

  private boolean isGone(@Nullable Integer state, Sight sight, boolean certain) {
    if (gone(state) == null) {
      sight.seen = true;
      sight.missed = 0;
    } else if (sight.seen || certain || state != null) {
      sight.missed++;
      nextLook = System.nanoTime() + SECOND_LOOK_NANOS;
    }
    return sight.missed > 1;
  }

  private static @Nullable CancelReason gone(@Nullable Integer state) {
    if (state == null) {
      return new CancelReason.ClientReset();
    }
    return state == TcpTable.ESTABLISHED ? null : new CancelReason.ClientClosed();
  }

  @Override
  public @Nullable CancelReason look(Endpoints endpoints) {
    try {
      return gone(table.states().get(endpoints));
    } catch (IOException e) {
      return null; // it will be told later
    }
  }

  @Override
  public Observability observability() {
    return Observability.FULL;
  }

  @Override
  public String toString() {
    return "/proc/net/tcp, read every "
        + TimeUnit.NANOSECONDS.toMillis(PERIOD_NANOS)
        + " ms ("
        + why
        + ")";
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
