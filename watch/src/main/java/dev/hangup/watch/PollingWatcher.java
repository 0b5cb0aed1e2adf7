package dev.hangup.watch;

import dev.hangup.CancelReason;
import dev.hangup.Observability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads the kernel's table of connections four times a second, while something is watched. It is
/// not read in one piece, so that one look can miss a row: two tell.
///
/// One daemon thread.
final class PollingWatcher implements Watcher, Runnable {
  private static final System.Logger LOG = System.getLogger("dev.hangup");
  private static final long PERIOD_MILLIS = 250;

  private final TcpTable table;
  private final String why;
  private final Map<Watch, Sight> watches = new ConcurrentHashMap<>();
  private final Semaphore added = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;

  /// What was seen of a watch's connection: only the watcher's thread.
  private static final class Sight {
    boolean seen;
    int missed;
  }

  /// @param why it is not done better, for people
  PollingWatcher(TcpTable table, String why) {
    this.table = table;
    this.why = why;
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .inheritInheritableThreadLocals(false) // nor a class loader, which would never go
            .name("hangup-watch")
            .start(this);
  }

  @Override
  public void add(Watch watch) {
    watches.put(watch, new Sight());
    added.release();
  }

  @Override
  public void remove(Watch watch) {
    watches.remove(watch);
  }

  @Override
  public void run() {
    while (!closed) {
      try {
        if (watches.isEmpty()) {
          added.acquire();
        } else {
          added.tryAcquire(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
        added.drainPermits();
        look(table.states());
      } catch (IOException | RuntimeException | Error e) {
        LOG.log(System.Logger.Level.ERROR, "looking at connections failed; it goes on", e);
      } catch (InterruptedException e) {
        return; // nobody but close() has this thread
      }
    }
  }

  private void look(Map<Endpoints, Integer> states) {
    long now = System.nanoTime();
    for (Map.Entry<Watch, Sight> entry : List.copyOf(new ArrayList<>(watches.entrySet()))) {
      Watch watch = entry.getKey();
      if (!watch.isOpen()) {
        watches.remove(watch);
        continue;
      }
      CancelReason gone = gone(states.get(watch.endpoints), entry.getValue(), watch.certain);
      if (gone != null && watch.due - now <= 0) {
        watches.remove(watch);
        watch.tell(gone);
      }
    }
  }

  @Override
  public @Nullable CancelReason look(Endpoints endpoints) {
    try {
      return gone(table.states().get(endpoints));
    } catch (IOException e) {
      return null; // it will be told later
    }
  }

  private static @Nullable CancelReason gone(@Nullable Integer state) {
    if (state == null) {
      return new CancelReason.ClientReset();
    }
    return state == TcpTable.ESTABLISHED ? null : new CancelReason.ClientClosed();
  }

  private static @Nullable CancelReason gone(
      @Nullable Integer state, Sight sight, boolean certain) {
    if (state != null && state == TcpTable.ESTABLISHED) {
      sight.seen = true;
      sight.missed = 0;
      return null;
    }
    boolean sure = sight.seen || certain;
    if (!sure || ++sight.missed < 2) {
      return null;
    }
    return gone(state);
  }

  @Override
  public Observability observability() {
    return Observability.FULL;
  }

  @Override
  public String toString() {
    return "/proc/net/tcp, read every " + PERIOD_MILLIS + " ms (" + why + ")";
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
