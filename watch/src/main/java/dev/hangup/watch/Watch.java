package dev.hangup.watch;

import dev.hangup.CancelReason;
import dev.hangup.Registration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One who wants to be told of one connection's hang-up.
///
/// ```
/// WAITS (patience) ──▶ WATCHED ──▶ TOLD
///    └──────close()───────┴──────────┴──▶ CLOSED
/// ```
///
/// Most are closed while they wait: what their connection's ends are is asked only when they are
/// due. The action runs under this object's monitor, which is why a close waits for it; no lock of
/// a watcher is held then, and nobody who holds one waits for this.
final class Watch implements Registration {
  private static final System.Logger LOG = System.getLogger("dev.hangup");

  private final Watcher watcher;

  /// Whether a connection that is not found is gone: its ends are surely these.
  final boolean certain;

  /// How long it waits, in nanoseconds.
  final long patience;

  /// When it is to be watched, as [System#nanoTime()] says.
  final long due;

  // Whoever has it: who adds it, then the watcher's thread
  private @Nullable Supplier<Optional<Ends>> ends; // null once asked
  private @Nullable Endpoints endpoints;

  // Guarded by the lane: null but while it waits in one, where a look without the lock may be late
  Patience.@Nullable Lane lane;
  @Nullable Watch older;
  @Nullable Watch newer;

  private volatile @Nullable Consumer<? super CancelReason> action; // written under this monitor
  volatile @Nullable Connection connection; // written under the watcher's lock

  Watch(
      Watcher watcher,
      Supplier<Optional<Ends>> ends,
      boolean certain,
      long patience,
      Consumer<? super CancelReason> action) {
    this.watcher = watcher;
    this.ends = ends;
    this.certain = certain;
    this.patience = patience;
    this.due = System.nanoTime() + patience;
    this.action = action;
  }

  /// Finds out what it is about.
  ///
  /// @return whether that can be told; if not, there is nothing to watch
  boolean isKnown() {
    Supplier<Optional<Ends>> asked = ends;
    if (asked != null) {
      ends = null;
      try {
        endpoints = asked.get().map(Endpoints::of).orElse(null);
      } catch (RuntimeException | Error e) {
        LOG.log(System.Logger.Level.WARNING, "a connection's ends cannot be told", e);
      }
    }
    return endpoints != null;
  }

  /// Once [#isKnown()] has said yes.
  Endpoints endpoints() {
    return Objects.requireNonNull(endpoints);
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
    watcher.remove(this);
  }
}
