package dev.hangup.watch;

import dev.hangup.CancelReason;
import dev.hangup.Observability;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Lets the kernel tell: an epoll of our own on the descriptors of others, for the peer's close,
/// resets and errors alone, so that data wakes nobody.
///
/// An event bears the socket's cookie, so that one of a descriptor's former owner finds nobody. A
/// server that closes the descriptor itself makes the kernel forget it in silence: a few times a
/// second, and only while something is watched, cookies are compared.
///
/// ```
/// watch ──▶ patient ──due──▶ found where it is likely ──▶ a connection's ──▶ told
///    └──────patience 0───────▶┘  └──▶ missing ──sweep──▶┘ └──sure of its ends, not there──▶ told
/// ```
///
/// One daemon thread; it alone looks for what is missing. The lock is held for system calls that do
/// not wait, never for an action.
final class EpollWatcher implements Watcher, Runnable {
  private static final System.Logger LOG = System.getLogger("dev.hangup");
  private static final long CHECK_NANOS = 250_000_000;
  private static final int CHECKED_AT_ONCE = 1_000;
  private static final int CHECKS = 8; // until all were checked, where they are more
  private static final int MOST_FAILURES = 100; // in a row

  private final boolean closeTells;
  private final int events;
  private final Patience patience = new Patience(this::wake);
  private final Thread thread;

  // Guarded by this
  private final Kernel kernel;
  private final SocketTable table;
  private final Departed departed; // any thread may ask whether it is worth the lock
  private final LinkedHashMap<Long, Connection> connections = new LinkedHashMap<>(); // by cookie
  private final Map<Integer, Connection> places = new HashMap<>(); // the last one at a descriptor
  private List<Watch> missing = new ArrayList<>();
  private boolean resting; // the thread sleeps without end
  private boolean used; // since the last check
  private boolean full; // the kernel takes no more: was said
  private volatile boolean closed; // any thread may look

  // Only the watcher's thread
  private long nextCheck = System.nanoTime();

  EpollWatcher(Kernel kernel, boolean waitForReset) {
    this.kernel = kernel;
    this.table = new SocketTable(kernel);
    this.departed = new Departed();
    this.closeTells = !waitForReset;
    this.events =
        Kernel.ONE_SHOT | Kernel.HANG_UP | Kernel.ERROR | (closeTells ? Kernel.PEER_CLOSED : 0);
    this.thread = Watchers.start(this);
  }

  private synchronized void wake() {
    resting = false;
    if (!closed) {
      kernel.wake();
    }
  }

  @Override
  public void add(Watch watch) {
    if (closed) {
      return;
    }
    CancelReason left = departed.isEmpty() || !watch.isKnown() ? null : left(watch.endpoints());
    if (left != null) {
      watch.tell(left); // the next request that was in the pipeline
    } else if (watch.patience > 0) {
      patience.add(watch);
    } else {
      begin(watch);
    }
  }

  private @Nullable CancelReason left(Endpoints endpoints) {
    return departed.mayHave(endpoints) ? surelyLeft(endpoints) : null;
  }

  private synchronized @Nullable CancelReason surelyLeft(Endpoints endpoints) {
    CancelReason reason = closed ? null : departed.find(endpoints, this::search);
    return closed ? null : reason;
  }

  @Override
  public synchronized @Nullable CancelReason look(Endpoints endpoints) {
    SocketTable.Socket socket = closed ? null : search(endpoints);
    if (closed) {
      return null;
    }
    return socket == null ? new CancelReason.ClientReset() : look(socket);
  }

  /// Finds a connection that lives, by a sweep if need be: one that begins after the call, whoever
  /// makes it. Lets go of the lock meanwhile.
  private SocketTable.@Nullable Socket search(Endpoints endpoints) {
    SocketTable.Socket socket = table.find(endpoints);
    if (socket != null) {
      return socket;
    }
    long before = table.sweeps();
    boolean interrupted = false;
    while (!closed && table.sweeps() == before) {
      long pause = table.untilSweep();
      if (pause <= 0 || interrupted) {
        table.sweep();
      } else {
        interrupted = await(pause);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return closed ? null : table.swept(endpoints);
  }

  private boolean await(long nanos) {
    try {
      TimeUnit.NANOSECONDS.timedWait(this, nanos);
      return false;
    } catch (InterruptedException e) {
      return true; // it is restored
    }
  }

  private @Nullable CancelReason look(SocketTable.Socket socket) {
    int state = kernel.state(socket.descriptor());
    if (!table.isOpen(socket)) {
      return new CancelReason.ClientClosed(); // by the server
    }
    return switch (state) {
      case Kernel.CLOSED -> new CancelReason.ClientReset();
      case Kernel.CLOSE_WAIT, Kernel.LAST_ACK ->
          closeTells ? new CancelReason.ClientClosed() : null;
      default -> null;
    };
  }

  /// Its connection is looked for, and asked about; one that is gone is told so.
  private void begin(Watch watch) {
    if (!watch.isKnown()) {
      return;
    }
    CancelReason gone = null;
    synchronized (this) {
      if (closed) {
        return;
      }
      used = true;
      SocketTable.Socket socket = table.find(watch.endpoints());
      if (socket == null) {
        missing.add(watch);
      } else {
        gone = connect(watch, socket);
      }
      if (resting || (socket == null && Thread.currentThread() != thread)) {
        wake(); // it has to look at cookies from now on, or to sweep
      }
    }
    settle(watch, gone);
  }

  private void settle(Watch watch, @Nullable CancelReason gone) {
    if (gone != null) {
      watch.tell(gone);
    }
    if (!watch.isOpen()) { // closed while it was not yet a connection's
      disconnect(watch);
    }
  }

  private @Nullable CancelReason connect(Watch watch, SocketTable.Socket socket) {
    Connection known = connections.get(socket.cookie());
    if (known != null) {
      known.add(watch);
      return known.gone;
    }
    Connection connection = new Connection(watch.endpoints(), socket);
    connection.isPolled = !kernel.add(socket.descriptor(), events, socket.cookie());
    if (!table.isOpen(socket)) { // it has a new owner
      kernel.remove(socket.descriptor());
      return new CancelReason.ClientClosed();
    }
    if (connection.isPolled && !full) {
      full = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "the kernel watches no more sockets: they are looked at now and then;"
              + " raise fs.epoll.max_user_watches");
    }
    connection.add(watch);
    connections.put(socket.cookie(), connection);
    places.put(socket.descriptor(), connection);
    return null;
  }

  @Override
  public void remove(Watch watch) {
    patience.remove(watch);
    if (watch.connection != null) { // who makes it one later sees that it is closed
      disconnect(watch);
    }
  }

  private synchronized void disconnect(Watch watch) {
    Connection connection = watch.connection;
    if (connection == null || closed) {
      return;
    }
    connection.remove(watch);
    if (connection.isEmpty()) {
      SocketTable.Socket socket = connection.socket;
      connections.remove(socket.cookie());
      if (places.remove(socket.descriptor(), connection)) { // else it is another's by now
        kernel.remove(socket.descriptor());
      }
    }
  }

  @Override
  public void run() {
    List<Connection> told = new ArrayList<>();
    int failures = 0;
    while (isOpen() && failures < MOST_FAILURES) {
      try {
        boolean ready = kernel.await(sleep(), (cookie, event) -> happened(cookie, event, told));
        failures = ready ? 0 : failures + 1;
        patience.wakeUp();
        check(told);
        tellAll(told);
        patience.takeDue(this::begin);
        findMissing();
      } catch (RuntimeException | Error e) {
        failures++;
        LOG.log(System.Logger.Level.ERROR, "watching sockets failed; it goes on", e);
      }
    }
    end(failures);
  }

  private synchronized boolean isOpen() {
    return !closed;
  }

  private void end(int failures) {
    synchronized (this) {
      closed = true;
      notifyAll();
      kernel.close();
    }
    if (failures >= MOST_FAILURES) {
      LOG.log(System.Logger.Level.ERROR, "epoll fails for ever: hang-ups are not seen any more");
    }
  }

  /// For how many milliseconds, less than 0 for ever.
  private int sleep() {
    long due = patience.fallAsleep();
    synchronized (this) {
      if (!resting) {
        due = sooner(due, nextCheck - System.nanoTime());
      }
      if (!missing.isEmpty()) {
        due = sooner(due, table.untilSweep());
      }
    }
    return due < 0 ? -1 : Math.toIntExact((due + 999_999) / 1_000_000);
  }

  private static long sooner(long due, long other) {
    long least = Math.max(0, other);
    return due < 0 ? least : Math.min(due, least);
  }

  private synchronized void happened(long cookie, int event, List<Connection> told) {
    Connection connection = connections.get(cookie);
    if (connection != null) {
      boolean reset = (event & Kernel.ERROR) != 0 || wasReset(connection, event);
      gone(connection, reset ? new CancelReason.ClientReset() : new CancelReason.ClientClosed());
      told.add(connection);
    }
  }

  /// Who reads the socket may have taken the error before us.
  private boolean wasReset(Connection connection, int event) {
    return (event & Kernel.HANG_UP) != 0
        && kernel.state(connection.socket.descriptor()) == Kernel.CLOSED
        && table.isOpen(connection.socket);
  }

  private void gone(Connection connection, CancelReason reason) {
    if (connection.gone == null) {
      connection.gone = reason;
      departed.add(connection.endpoints, reason, connection.socket);
    }
  }

  /// Looks at those whose turn it is.
  private void check(List<Connection> told) {
    if (System.nanoTime() - nextCheck < 0) {
      return;
    }
    nextCheck = System.nanoTime() + CHECK_NANOS;
    synchronized (this) {
      departed.forget(table::isOpen);
      resting = !used && connections.isEmpty() && missing.isEmpty() && departed.isEmpty();
      used = false;
      int turns = Math.max(CHECKED_AT_ONCE, connections.size() / CHECKS);
      for (int i = Math.min(turns, connections.size()); i > 0; i--) {
        Connection next = connections.pollFirstEntry().getValue();
        connections.put(next.socket.cookie(), next); // its next turn is after all others'
        if (next.gone == null) {
          CancelReason reason = check(next);
          if (reason != null) {
            gone(next, reason);
            told.add(next);
          }
        }
      }
    }
  }

  private @Nullable CancelReason check(Connection connection) {
    if (connection.isPolled) {
      return look(connection.socket);
    }
    return table.isOpen(connection.socket) ? null : new CancelReason.ClientClosed();
  }

  private void tellAll(List<Connection> told) {
    for (Connection connection : told) {
      List<Watch> watches;
      CancelReason reason;
      synchronized (this) {
        watches = connection.watches();
        reason = java.util.Objects.requireNonNull(connection.gone);
      }
      for (Watch watch : watches) {
        watch.tell(reason);
      }
    }
    told.clear();
  }

  /// One sweep for all that are missing: what it does not find was closed, or reset.
  private void findMissing() {
    Map<Watch, CancelReason> gone = new LinkedHashMap<>();
    List<Watch> sought;
    synchronized (this) {
      missing.removeIf(watch -> !watch.isOpen());
      if (missing.isEmpty() || table.untilSweep() > 0) {
        return;
      }
      sought = missing;
      missing = new ArrayList<>();
      table.sweep();
      for (Watch watch : sought) {
        SocketTable.Socket socket = table.swept(watch.endpoints());
        CancelReason reason = socket == null ? notFound(watch) : connect(watch, socket);
        if (reason != null) {
          gone.put(watch, reason);
        }
      }
    }
    for (Watch watch : sought) {
      settle(watch, gone.get(watch));
    }
  }

  private @Nullable CancelReason notFound(Watch watch) {
    if (!watch.certain) {
      return null;
    }
    CancelReason reset = new CancelReason.ClientReset();
    departed.add(watch.endpoints(), reset, null);
    return reset;
  }

  /// How many connections are watched.
  synchronized int watched() {
    return connections.size();
  }

  /// How many connections are remembered.
  synchronized int remembered() {
    return table.size();
  }

  /// How many clients have left whose sockets are still there.
  synchronized int departed() {
    return departed.size();
  }

  int waiting() {
    return patience.size();
  }

  @Override
  public Observability observability() {
    return closed ? Observability.WRITE_ONLY : Observability.FULL;
  }

  @Override
  public String toString() {
    return "epoll";
  }

  @Override
  public void close() {
    synchronized (this) {
      wake();
      closed = true;
      notifyAll();
    }
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
