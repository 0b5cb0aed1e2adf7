package dev.hangup.watch;

import dev.hangup.CancelReason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A connection that is watched, once for all of its requests: guarded by the watcher's lock.
final class Connection {
  final Endpoints endpoints;
  final SocketTable.Socket socket;
  private final List<Watch> watches = new ArrayList<>(1);
  @Nullable CancelReason gone;

  /// Whether the kernel takes no more: it is asked now and then.
  boolean isPolled;

  Connection(Endpoints endpoints, SocketTable.Socket socket) {
    this.endpoints = endpoints;
    this.socket = socket;
  }

  void add(Watch watch) {
    watches.add(watch);
    watch.connection = this;
  }

  void remove(Watch watch) {
    watches.remove(watch);
    watch.connection = null;
  }

  boolean isEmpty() {
    return watches.isEmpty();
  }

  List<Watch> watches() {
    return List.copyOf(watches);
  }
}
