package dev.hangup.watch;

import dev.hangup.CancelReason;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// How those clients left whose sockets the server has not closed yet: it may still find requests
/// of theirs in what it had read. Guarded by the watcher's lock, but for [#isEmpty] and [#mayHave].
final class Departed {
  private static final int MOST = 1_024;

  /// Those that were not found any more, so that nobody knows when they are closed.
  private static final long KEPT_NANOS = 1_000_000_000;

  private final Map<Endpoints, Departure> departures = new ConcurrentHashMap<>();

  /// How a client left.
  ///
  /// @param reason what its watches were told
  /// @param socket its socket; null where it was not found any more
  /// @param at when that was, as [System#nanoTime()] says
  private record Departure(CancelReason reason, SocketTable.@Nullable Socket socket, long at) {
    boolean isOver(Predicate<SocketTable.Socket> isOpen, long now) {
      return socket == null ? now - at > KEPT_NANOS : !isOpen.test(socket);
    }
  }

  /// Whether there is none: for any thread, without the lock.
  boolean isEmpty() {
    return departures.isEmpty();
  }

  /// Whether it is worth to [#find]: for any thread, without the lock.
  boolean mayHave(Endpoints endpoints) {
    return departures.containsKey(endpoints);
  }

  void add(Endpoints endpoints, CancelReason reason, SocketTable.@Nullable Socket socket) {
    if (departures.size() >= MOST) {
      departures.remove(departures.keySet().iterator().next()); // any
    }
    departures.put(endpoints, new Departure(reason, socket, System.nanoTime()));
  }

  int size() {
    return departures.size();
  }

  /// Forgets those whose sockets were closed.
  void forget(Predicate<SocketTable.Socket> isOpen) {
    long now = System.nanoTime();
    departures.values().removeIf(departure -> departure.isOver(isOpen, now));
  }

  /// How the client left that had these ends.
  ///
  /// @param search for the living connection that has them
  /// @return null if there is none, or another connection has them now
  @Nullable CancelReason find(
      Endpoints endpoints, Function<Endpoints, SocketTable.@Nullable Socket> search) {
    Departure departure = departures.get(endpoints);
    if (departure == null) {
      return null;
    }
    SocketTable.Socket living = search.apply(endpoints);
    SocketTable.Socket departed = departure.socket();
    if (living == null || (departed != null && living.cookie() == departed.cookie())) {
      return departure.reason();
    }
    departures.remove(endpoints);
    return null;
  }
}
