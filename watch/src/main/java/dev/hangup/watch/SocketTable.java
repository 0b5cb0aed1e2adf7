package dev.hangup.watch;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the descriptor of a connection among this process's own, by its ends alone.
///
/// What was seen at a descriptor is remembered with its cookie, and believed as long as the cookie
/// is the same: a socket's ends never change, though descriptors are reused, and so are ends, once
/// their connection was reset; the server may still hold the old socket. So each is asked for its
/// ends once, and a system call tells of all others that they are not new.
///
/// A new connection is looked for where new ones are: among the descriptors that were found last,
/// since the lowest free one is always the next, or behind the last found, where there are more and
/// more of them. A sweep looks at all; there is one for all who miss something, and they take a
/// fifth of the time at the most.
///
/// Guarded by the watcher's lock.
final class SocketTable {
  private static final int AHEAD = 48;
  private static final int PAUSES = 4; // of a sweep's length, between two

  private final Kernel kernel;
  private final Map<Endpoints, Socket> sockets = new HashMap<>();
  private @Nullable Socket[] seen = new Socket[64]; // by descriptor: that bounds them
  private final int[] recent = new int[16]; // the last first
  private int last;
  private boolean growing; // was the last one found behind the last
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
  /// @param endpoints its ends, for as long as it is connected
  record Socket(int descriptor, long cookie, Endpoints endpoints) {}

  /// Finds a connection where it is likely to be.
  ///
  /// @return null if it is not there, or was reset
  @Nullable Socket find(Endpoints endpoints) {
    Socket known = known(endpoints);
    if (known != null) {
      return known;
    }
    Socket likely = growing ? ahead(endpoints) : again(endpoints);
    if (likely != null) {
      return likely;
    }
    Socket other = growing ? again(endpoints) : ahead(endpoints);
    if (other != null) {
      growing = !growing;
    }
    return other;
  }

  /// Finds a connection that was seen before, and lives.
  @Nullable Socket known(Endpoints endpoints) {
    Socket known = sockets.get(endpoints);
    return known != null && isConnected(known) ? known : null;
  }

  boolean isOpen(Socket socket) {
    return kernel.cookie(socket.descriptor()) == socket.cookie();
  }

  /// In this order: who has the descriptor afterwards had it before.
  private boolean isConnected(Socket socket) {
    return kernel.isConnected(socket.descriptor()) && isOpen(socket);
  }

  /// Among those that were found last.
  private @Nullable Socket again(Endpoints endpoints) {
    for (int i = 0; i < recent.length && recent[i] >= 0; i++) {
      Socket socket = find(recent[i], endpoints);
      if (socket != null) {
        first(i, recent[i]);
        return socket;
      }
    }
    return null;
  }

  /// Behind the last that was found so.
  private @Nullable Socket ahead(Endpoints endpoints) {
    for (int descriptor = last + 1; descriptor <= last + AHEAD; descriptor++) {
      Socket socket = find(descriptor, endpoints);
      if (socket != null) {
        return newest(socket);
      }
    }
    return null;
  }

  private Socket newest(Socket socket) {
    last = socket.descriptor();
    first(recent.length - 1, last);
    return socket;
  }

  private void first(int place, int descriptor) {
    System.arraycopy(recent, 0, recent, 1, place);
    recent[0] = descriptor;
  }

  private @Nullable Socket find(int descriptor, Endpoints endpoints) {
    Socket before = seen(descriptor);
    Socket socket = at(descriptor);
    boolean isNew = socket != before; // else it is known, and does not live
    return isNew && socket != null && socket.endpoints().equals(endpoints) ? socket : null;
  }

  private @Nullable Socket seen(int descriptor) {
    return descriptor < seen.length ? seen[descriptor] : null;
  }

  /// What is at a descriptor now; it is asked for its ends if it was not seen there before.
  private @Nullable Socket at(int descriptor) {
    Socket before = seen(descriptor);
    long cookie = kernel.cookie(descriptor);
    if (before != null && before.cookie() == cookie) {
      return before;
    }
    if (before != null) {
      sockets.remove(before.endpoints(), before);
      seen[descriptor] = null;
    }
    while (cookie != 0) {
      Endpoints endpoints = kernel.endpoints(descriptor);
      long whose = kernel.cookie(descriptor);
      if (whose == cookie) {
        return endpoints == null ? null : remember(new Socket(descriptor, cookie, endpoints));
      }
      cookie = whose; // it was reused meanwhile
    }
    return null;
  }

  private Socket remember(Socket socket) {
    int descriptor = socket.descriptor();
    if (descriptor >= seen.length) {
      seen = Arrays.copyOf(seen, Math.max(descriptor + 1, 2 * seen.length));
    }
    seen[descriptor] = socket;
    sockets.put(socket.endpoints(), socket); // the former one that had them was reset
    return socket;
  }

  /// How many sweeps there were.
  long sweeps() {
    return sweeps;
  }

  /// Nanoseconds until there may be a sweep, or less.
  long untilSweep() {
    return nextSweep - System.nanoTime();
  }

  /// Looks at all descriptors: after it, all connections that were there before it are known.
  void sweep() {
    long begin = System.nanoTime();
    int end = kernel.descriptors();
    for (int descriptor = 0; descriptor < end; descriptor++) {
      var _ = at(descriptor);
    }
    long now = System.nanoTime();
    nextSweep = now + PAUSES * (now - begin);
    sweeps++;
  }

  /// Finds a connection that a sweep has seen, and looks for the next ones near it.
  @Nullable Socket swept(Endpoints endpoints) {
    Socket known = known(endpoints);
    return known == null ? null : newest(known);
  }

  /// How many connections are remembered.
  int size() {
    return sockets.size();
  }
}
