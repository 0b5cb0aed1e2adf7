package dev.hangup.watch;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the descriptor of a connection among this process's own, by its ends alone.
///
/// What was found is remembered until the descriptor has another owner, which its cookie tells. A
/// new connection is looked for where new ones are: among the descriptors that were found last,
/// since the lowest free one is always the next, and behind the last found, where there are more
/// and more of them. Only then are all looked at, and all that are connections remembered.
///
/// Guarded by the watcher's lock.
final class SocketTable {
  private static final int AHEAD = 48;

  private final Kernel kernel;
  private Map<Endpoints, Socket> sockets = new HashMap<>();
  private Map<Integer, Endpoints> owners = new HashMap<>();
  private final int[] recent = new int[16];
  private int found;
  private int last;

  SocketTable(Kernel kernel) {
    this.kernel = kernel;
    java.util.Arrays.fill(recent, -1);
  }

  /// A socket of this process.
  ///
  /// @param descriptor its number, for now
  /// @param cookie what identifies it for ever
  record Socket(int descriptor, long cookie) {}

  /// Finds a connection.
  ///
  /// @return null if this process has no such connection, or it was reset
  @Nullable Socket find(Endpoints endpoints) {
    Socket known = sockets.get(endpoints);
    if (known != null) {
      if (kernel.cookie(known.descriptor()) == known.cookie()) {
        return known;
      }
      forget(known.descriptor());
    }
    Socket socket = nearby(endpoints);
    return socket != null ? socket : everywhere(endpoints);
  }

  private @Nullable Socket nearby(Endpoints endpoints) {
    for (int descriptor : recent) {
      if (descriptor >= 0 && endpoints.equals(look(descriptor))) {
        return sockets.get(endpoints);
      }
    }
    for (int descriptor = last + 1; descriptor <= last + AHEAD; descriptor++) {
      if (endpoints.equals(look(descriptor))) {
        remember(descriptor);
        return sockets.get(endpoints);
      }
    }
    return null;
  }

  private @Nullable Socket everywhere(Endpoints endpoints) {
    sockets = new HashMap<>(); // what is closed goes
    owners = new HashMap<>();
    kernel.eachDescriptor(this::look);
    Socket socket = sockets.get(endpoints);
    if (socket != null) {
      remember(socket.descriptor());
    }
    return socket;
  }

  /// Looks at a descriptor, and remembers it where it is a connection.
  private @Nullable Endpoints look(int descriptor) {
    Endpoints endpoints = kernel.endpoints(descriptor);
    if (endpoints == null) {
      return null;
    }
    long cookie = kernel.cookie(descriptor);
    if (cookie == 0 || !endpoints.equals(kernel.endpoints(descriptor))) {
      return null; // it was closed meanwhile, and the number given to another
    }
    forget(descriptor);
    sockets.put(endpoints, new Socket(descriptor, cookie));
    owners.put(descriptor, endpoints);
    return endpoints;
  }

  private void forget(int descriptor) {
    Endpoints owned = owners.remove(descriptor);
    if (owned != null) {
      sockets.remove(owned);
    }
  }

  private void remember(int descriptor) {
    last = descriptor;
    recent[found++ % recent.length] = descriptor;
  }

  /// How many connections are remembered.
  int size() {
    return sockets.size();
  }
}
