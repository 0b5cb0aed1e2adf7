package dev.hangup.watch;

import dev.hangup.CancelReason;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The connections whose clients left last: a server may still find requests of theirs in what it
/// had read. Guarded by the watcher's lock, but for [#isEmpty()].
final class Departed {
  private static final int MOST = 1_024;

  private final SocketTable table;
  private final Map<Endpoints, Departure> departures =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Endpoints, Departure> eldest) {
          return size() > MOST;
        }
      };
  private volatile boolean empty = true;

  /// How a client left.
  ///
  /// @param reason what its watches were told
  /// @param cookie the socket's; 0 where it was not found any more
  private record Departure(CancelReason reason, long cookie) {}

  Departed(SocketTable table) {
    this.table = table;
  }

  /// For any thread.
  boolean isEmpty() {
    return empty;
  }

  void add(Endpoints endpoints, CancelReason reason, long cookie) {
    departures.put(endpoints, new Departure(reason, cookie));
    empty = false;
  }

  /// How the client left that had these ends: null if there is none, or another connection has them
  /// now.
  @Nullable CancelReason find(Endpoints endpoints) {
    Departure departure = departures.get(endpoints);
    if (departure == null) {
      return null;
    }
    SocketTable.Socket socket = table.find(endpoints);
    if (socket == null || socket.cookie() == departure.cookie()) {
      return departure.reason();
    }
    departures.remove(endpoints);
    empty = departures.isEmpty();
    return null;
  }
}
