package dev.hangup.watch;

import dev.hangup.Observability;

/// A way to learn of hang-ups.
sealed interface Watcher permits EpollWatcher, PollingWatcher, BlindWatcher {
  /// Watches from its due time on. For any thread; must return at once.
  void add(Watch watch);

  /// Watches no longer: what had been made a connection's. For any thread.
  void remove(Watch watch);

  Observability observability();

  /// How, for people.
  @Override
  String toString();

  void close();
}
