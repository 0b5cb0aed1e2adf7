package dev.hangup.watch;

import dev.hangup.CancelReason;
import dev.hangup.Registration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One who wants to be told of one connection's hang-up.
///
/// ```
/// WAITS (patience) ──▶ WATCHED ──▶ TOLD
///    └──────close()───────┴──────────┴──▶ CLOSED
/// ```
///
/// The action runs under this object's monitor, which is why a close waits for it; no lock of a
/// watcher is held then, and nobody who holds one waits for this.
final class Watch implements Registration {
  private static final System.Logger LOG = System.getLogger("dev.hangup");

  private final Watcher watcher;
  final Endpoints endpoints;

  /// Whether a connection that is not found is gone: its ends are surely these.
  final boolean certain;

  /// When it is to be watched, as [System#nanoTime()] says.
  final long due;

  private volatile @Nullable Consumer<? super CancelReason> action; // written under this monitor
  volatile @Nullable Connection connection; // written under the watcher's lock

  Watch(
      Watcher watcher,
      Endpoints endpoints,
      boolean certain,
      long due,
      Consumer<? super CancelReason> action) {
    this.watcher = watcher;
    this.endpoints = endpoints;
    this.certain = certain;
    this.due = due;
    this.action = action;
  }

  boolean isOpen() {
    return action != null;
  }

  /// Called without any lock.
  synchronized void tell(CancelReason reason) {
    Consumer<? super CancelReason> told = action;
    action = null;
    if (told != null) {
      try {
        told.accept(reason);
      } catch (RuntimeException | Error e) {
        LOG.log(System.Logger.Level.WARNING, "the action for a hang-up failed", e);
      }
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      action = null;
    }
    if (connection != null) { // who makes it one later sees that this is closed
      watcher.remove(this);
    }
  }
}
