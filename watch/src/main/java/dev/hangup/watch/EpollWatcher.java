package dev.hangup.watch;

import dev.hangup.CancelReason;
import dev.hangup.Observability;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Lets the kernel tell: an epoll of our own on the descriptors of others, for the peer's close,
/// resets and errors alone, so that data wakes nobody.
///
/// An event bears the socket's cookie, so that one of a descriptor's former owner finds nobody. A
/// server that closes the descriptor itself makes the kernel forget it in silence: a few times a
/// second, and only while something is watched, cookies are compared.
///
/// One daemon thread. The lock is held for system calls that do not wait, never for an action.
final class EpollWatcher implements Watcher, Runnable {
  private static final System.Logger LOG = System.getLogger("dev.hangup");
  private static final int CLOSED_BY_SERVER_MILLIS = 250;
  private static final int CHECKED_AT_ONCE = 1_000;
  private static final int CLOSING = 7; // TCP_CLOSE: reset; RFC 9293 §3.3.2 for the others
  private static final int CLOSE_WAIT = 8;
  private static final int LAST_ACK = 9;

  private final Kernel kernel;
  private final Patience patience = new Patience(this::wake);
  private final boolean closeTells;
  private final int events;
  private final Thread thread;
  private volatile boolean closed;

  // Guarded by this
  private final SocketTable table;
  private final Map<Long, Connection> connections = new HashMap<>();
  private final Queue<Connection> toCheck = new ArrayDeque<>();
  private final Departed departed;

  // Only the watcher's thread
  private long nextCheck = System.nanoTime();

  EpollWatcher(Kernel kernel, boolean waitForReset) {
    this.kernel = kernel;
    this.table = new SocketTable(kernel);
    this.departed = new Departed(table);
    this.closeTells = !waitForReset;
    this.events =
        Kernel.ONE_SHOT | Kernel.HANG_UP | Kernel.ERROR | (closeTells ? Kernel.PEER_CLOSED : 0);
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .inheritInheritableThreadLocals(false) // nor a class loader, which would never go
            .name("hangup-watch")
            .start(this);
  }

  private void wake() {
    kernel.wake();
  }

  @Override
  public void add(Watch watch) {
    CancelReason left = departed.isEmpty() ? null : left(watch.endpoints);
    if (left != null) {
      watch.tell(left); // the next request that was in the pipeline
    } else if (watch.due - System.nanoTime() > 0) {
      patience.add(watch);
    } else {
      begin(watch);
    }
  }

  private synchronized @Nullable CancelReason left(Endpoints endpoints) {
    return departed.find(endpoints);
  }

  @Override
  public synchronized @Nullable CancelReason look(Endpoints endpoints) {
    SocketTable.Socket socket = table.find(endpoints);
    int state = socket == null ? CLOSING : kernel.state(socket.descriptor());
    return switch (state) {
      case CLOSING -> new CancelReason.ClientReset();
      case CLOSE_WAIT, LAST_ACK -> closeTells ? new CancelReason.ClientClosed() : null;
      default -> null;
    };
  }

  /// Its connection is found, and asked about; one that is gone is told so.
  private void begin(Watch watch) {
    CancelReason gone;
    boolean first;
    synchronized (this) {
      boolean none = connections.isEmpty();
      gone = connect(watch);
      first = none && !connections.isEmpty();
    }
    if (gone != null) {
      watch.tell(gone);
    }
    if (!watch.isOpen()) { // closed while it was not yet a connection's
      remove(watch);
    }
    if (first && Thread.currentThread() != thread) {
      kernel.wake(); // it has to look at cookies from now on
    }
  }

  private @Nullable CancelReason connect(Watch watch) {
    SocketTable.Socket socket = table.find(watch.endpoints);
    if (socket == null) {
      return gone(watch);
    }
    Connection known = connections.get(socket.cookie());
    if (known != null) {
      known.add(watch);
      return known.gone;
    }
    Connection connection = new Connection(watch.endpoints, socket);
    connection.add(watch);
    if (!kernel.add(socket.descriptor(), events, socket.cookie())) {
      watch.connection = null;
      return gone(watch);
    }
    connections.put(socket.cookie(), connection);
    toCheck.add(connection);
    if (kernel.cookie(socket.descriptor()) != socket.cookie()) { // it has a new owner
      connection.gone = new CancelReason.ClientClosed();
      kernel.remove(socket.descriptor());
    }
    return connection.gone;
  }

  /// Of a connection that is not there, or is reset.
  private @Nullable CancelReason gone(Watch watch) {
    if (!watch.certain) {
      return null;
    }
    CancelReason reset = new CancelReason.ClientReset();
    departed.add(watch.endpoints, reset, 0);
    return reset;
  }

  @Override
  public synchronized void remove(Watch watch) {
    Connection connection = watch.connection;
    if (connection == null) {
      return;
    }
    connection.remove(watch);
    if (connection.isEmpty()) {
      SocketTable.Socket socket = connection.socket;
      connections.remove(socket.cookie());
      if (kernel.cookie(socket.descriptor()) == socket.cookie()) {
        kernel.remove(socket.descriptor());
      }
    }
  }

  @Override
  public void run() {
    List<Connection> told = new ArrayList<>();
    while (!closed) {
      try {
        kernel.await(sleep(), (cookie, happened) -> happened(cookie, happened, told));
        patience.wakeUp();
        checkCookies(told);
        tellAll(told);
        patience.takeDue(this::begin);
      } catch (RuntimeException | Error e) {
        LOG.log(System.Logger.Level.ERROR, "watching sockets failed; it goes on", e);
      }
    }
    kernel.close();
  }

  /// For how many milliseconds, less than 0 for ever.
  private int sleep() {
    long due = patience.fallAsleep();
    synchronized (this) {
      if (!connections.isEmpty()) {
        long check = Math.max(0, nextCheck - System.nanoTime());
        due = due < 0 ? check : Math.min(due, check);
      }
    }
    return due < 0 ? -1 : Math.toIntExact((due + 999_999) / 1_000_000);
  }

  private void happened(long cookie, int happened, List<Connection> told) {
    synchronized (this) {
      Connection connection = connections.get(cookie);
      if (connection != null && connection.gone == null) {
        boolean reset = (happened & Kernel.ERROR) != 0;
        connection.gone = reset ? new CancelReason.ClientReset() : new CancelReason.ClientClosed();
        departed.add(connection.endpoints, connection.gone, cookie);
        told.add(connection);
      }
    }
  }

  private void checkCookies(List<Connection> told) {
    if (System.nanoTime() - nextCheck < 0) {
      return;
    }
    nextCheck = System.nanoTime() + CLOSED_BY_SERVER_MILLIS * 1_000_000L;
    synchronized (this) {
      for (int i = Math.min(toCheck.size(), CHECKED_AT_ONCE); i > 0; i--) {
        Connection next = toCheck.remove();
        SocketTable.Socket socket = next.socket;
        if (next.isEmpty() || next.gone != null) {
          continue;
        }
        if (kernel.cookie(socket.descriptor()) == socket.cookie()) {
          toCheck.add(next);
        } else {
          next.gone = new CancelReason.ClientClosed();
          told.add(next);
        }
      }
    }
  }

  private void tellAll(List<Connection> told) {
    for (Connection connection : told) {
      List<Watch> watches;
      synchronized (this) {
        watches = connection.watches();
      }
      for (Watch watch : watches) {
        watch.tell(java.util.Objects.requireNonNull(connection.gone));
      }
    }
    told.clear();
  }

  /// How many connections are watched.
  synchronized int watched() {
    return connections.size();
  }

  /// How many connections are remembered.
  synchronized int remembered() {
    return table.size();
  }

  int waiting() {
    return patience.size();
  }

  @Override
  public Observability observability() {
    return Observability.FULL;
  }

  @Override
  public String toString() {
    return "epoll";
  }

  @Override
  public void close() {
    closed = true;
    kernel.wake();
    boolean interrupted = false;
    while (Thread.currentThread() != thread && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
