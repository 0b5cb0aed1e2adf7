package dev.hangup.watch;

import dev.hangup.CancelReason;
import dev.hangup.Observability;
import org.jspecify.annotations.Nullable;

/// A way to learn of hang-ups.
sealed interface Watcher permits EpollWatcher, PollingWatcher, BlindWatcher {
  /// Watches from its due time on. For any thread; must return at once.
  void add(Watch watch);

  /// Watches no longer what is closed. For any thread.
  void remove(Watch watch);

  /// Looks at a connection now.
  ///
  /// @return null if it lives, or nothing can be seen
  @Nullable CancelReason look(Endpoints endpoints);

  Observability observability();

  /// How, for people.
  @Override
  String toString();

  void close();
}
