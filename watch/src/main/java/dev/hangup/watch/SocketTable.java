package dev.hangup.watch;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the descriptor of a connection among this process's own, by its ends alone.
///
/// What was found is remembered, and looked at again before it is believed: descriptors are reused,
/// and so are a connection's ends, once it was reset, though the server may still hold the old
/// socket. A new connection is looked for where new ones are: among the descriptors that were found
/// last, since the lowest free one is always the next, and behind the last found, where there are
/// more and more of them. A sweep looks at all of them; there is one for all who miss something,
/// and they take a fifth of the time at the most.
///
/// Guarded by the watcher's lock.
final class SocketTable {
  private static final int AHEAD = 48;
  private static final int PAUSES = 4; // of a sweep's length, between two

  private final Kernel kernel;
  private Map<Endpoints, Socket> sockets = new HashMap<>();
  private Map<Integer, Endpoints> owners = new HashMap<>(); // bounds them by the descriptors
  private final int[] recent = new int[16];
  private int found;
  private int last;
  private long sweeps;
  private long nextSweep = System.nanoTime();

  SocketTable(Kernel kernel) {
    this.kernel = kernel;
    Arrays.fill(recent, -1);
  }

  /// A socket of this process.
  ///
  /// @param descriptor its number, for now
  /// @param cookie what identifies it for ever
  record Socket(int descriptor, long cookie) {}

  /// Finds a connection where it is likely to be.
  ///
  /// @return null if it is not there, or was reset
  @Nullable Socket find(Endpoints endpoints) {
    Socket known = known(endpoints);
    return known != null ? known : nearby(endpoints);
  }

  /// Finds a connection that was seen before, and lives.
  @Nullable Socket known(Endpoints endpoints) {
    Socket known = sockets.get(endpoints);
    return known != null && kernel.isAt(known.descriptor(), endpoints) && isOpen(known)
        ? known
        : null;
  }

  boolean isOpen(Socket socket) {
    return kernel.cookie(socket.descriptor()) == socket.cookie();
  }

  private @Nullable Socket nearby(Endpoints endpoints) {
    for (int descriptor : recent) {
      Socket socket = descriptor < 0 ? null : find(descriptor, endpoints);
      if (socket != null) {
        return socket;
      }
    }
    for (int descriptor = last + 1; descriptor <= last + AHEAD; descriptor++) {
      Socket socket = find(descriptor, endpoints);
      if (socket != null) {
        last = descriptor;
        recent[found++ % recent.length] = descriptor;
        return socket;
      }
    }
    return null;
  }

  private @Nullable Socket find(int descriptor, Endpoints endpoints) {
    if (!kernel.isAt(descriptor, endpoints)) {
      return null;
    }
    remember(descriptor, endpoints);
    return known(endpoints);
  }

  /// How many sweeps there were.
  long sweeps() {
    return sweeps;
  }

  /// Nanoseconds until there may be a sweep, or less.
  long untilSweep() {
    return nextSweep - System.nanoTime();
  }

  /// Looks at all descriptors: after it, all connections that were there before it are known, and
  /// none of those that were closed.
  void sweep() {
    long begin = System.nanoTime();
    sockets = new HashMap<>();
    owners = new HashMap<>();
    int end = kernel.descriptors();
    for (int descriptor = 0; descriptor < end; descriptor++) {
      Endpoints endpoints = kernel.endpoints(descriptor);
      if (endpoints != null) {
        remember(descriptor, endpoints);
      }
    }
    long now = System.nanoTime();
    nextSweep = now + PAUSES * (now - begin);
    sweeps++;
  }

  private void remember(int descriptor, Endpoints endpoints) {
    long cookie = kernel.cookie(descriptor);
    if (cookie == 0) {
      return;
    }
    Endpoints owned = owners.put(descriptor, endpoints);
    if (owned != null && !owned.equals(endpoints)) {
      Socket former = sockets.get(owned);
      if (former != null && former.descriptor() == descriptor) {
        sockets.remove(owned);
      }
    }
    sockets.put(endpoints, new Socket(descriptor, cookie));
  }

  /// How many connections are remembered.
  int size() {
    return sockets.size();
  }
}
