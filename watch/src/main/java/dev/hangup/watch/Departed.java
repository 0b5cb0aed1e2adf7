package dev.hangup.watch;

import dev.hangup.CancelReason;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How those clients left that left last: a server may still find requests of theirs in what it had
/// read. Guarded by the watcher's lock, but for [#mayHave].
final class Departed {
  private static final int MOST = 1_024;

  private final Map<Endpoints, Departure> departures = new ConcurrentHashMap<>();
  private final Queue<Endpoints> order = new ArrayDeque<>();

  /// How a client left.
  ///
  /// @param reason what its watches were told
  /// @param cookie the socket's; 0 where it was not found any more
  private record Departure(CancelReason reason, long cookie) {}

  /// Whether it is worth to [#find]: for any thread, without the lock.
  boolean mayHave(Endpoints endpoints) {
    return departures.containsKey(endpoints);
  }

  void add(Endpoints endpoints, CancelReason reason, long cookie) {
    if (departures.put(endpoints, new Departure(reason, cookie)) == null) {
      order.add(endpoints);
    }
    if (order.size() > MOST) {
      departures.remove(order.remove());
    }
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
    if (living == null || living.cookie() == departure.cookie()) {
      return departure.reason();
    }
    departures.remove(endpoints);
    return null;
  }
}
