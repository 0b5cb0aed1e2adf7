package dev.hangup.watch;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The connections whose clients left last: a server may still find requests of theirs in what it
/// had read. Guarded by the watcher's lock, but for [#isEmpty()].
final class Departed {
  private static final int MOST = 1_024;

  private final Map<Endpoints, Connection> connections =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Endpoints, Connection> eldest) {
          return size() > MOST;
        }
      };
  private volatile boolean empty = true;

  /// For any thread.
  boolean isEmpty() {
    return empty;
  }

  void add(Connection connection) {
    connections.put(connection.endpoints, connection);
    empty = false;
  }

  @Nullable Connection find(Endpoints endpoints) {
    return connections.get(endpoints);
  }

  void remove(Endpoints endpoints) {
    connections.remove(endpoints);
    empty = connections.isEmpty();
  }
}
