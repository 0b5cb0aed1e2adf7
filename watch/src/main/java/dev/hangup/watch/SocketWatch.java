package dev.hangup.watch;

import dev.hangup.CancelReason;
import dev.hangup.Observability;
import dev.hangup.Registration;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Tells of the hang-up on a connection that someone else reads and writes, or leaves alone: a
/// servlet container, for instance, whose handler waits for a database.
///
/// {@snippet class="dev.hangup.watch.SnippetsTest" region="watch"}
///
/// It asks the Linux kernel, by an epoll of its own, on the descriptor that the connection has in
/// this process; the addresses are enough to find it. Nothing is read from the socket, and nothing
/// set. Where native access is denied, or epoll is, it reads the kernel's table of connections a
/// few times a second; on other systems it sees nothing. Which of these it is, is logged once at
/// INFO.
///
/// | told as | when |
/// |---|---|
/// | [CancelReason.ClientClosed] | a FIN has come, or the server itself has closed the socket |
/// | [CancelReason.ClientReset] | an RST has come, or came before the watch began |
///
/// **Thread safety**: all methods may be called from any thread.
///
/// **Limits**: it cannot see a FIN that waits behind a full receive window, nor a TLS
/// `close_notify` without a FIN, nor one stream of HTTP/2, nor a client that vanished in silence. A
/// FIN does not tell a client that has gone from one that has ended its sending and waits: see
/// [Options#withHalfClose(boolean)].
///
/// Source: epoll(7), socket(7), tcp(7), RFC 9293 §3.6.
public final class SocketWatch implements AutoCloseable {
  private final Watcher watcher;
  private final long patience; // nanoseconds
  private final boolean isShared;

  private SocketWatch(Options options, boolean isShared) {
    this.patience = options.patience.toNanos();
    this.isShared = isShared;
    this.watcher = Watchers.best(options);
  }

  private static final class Shared {
    static final SocketWatch WATCH = new SocketWatch(Options.DEFAULTS, true);
  }

  /// The one of this process, with the defaults, for as long as it runs.
  ///
  /// @return always the same
  public static SocketWatch shared() {
    return Shared.WATCH;
  }

  /// Opens one with a thread of its own.
  ///
  /// @param options changes the defaults
  /// @return close it
  public static SocketWatch open(UnaryOperator<Options> options) {
    return new SocketWatch(options.apply(Options.DEFAULTS), false);
  }

  /// Tells of the hang-up of a connection: also if it happened before.
  ///
  /// The action is called at most once, on the watch's thread, or, where the hang-up is known
  /// already, here and now: it must return at once, as [dev.hangup.CancelScope#cancel] does. What
  /// it throws is logged. Once this is closed, it is never called.
  ///
  /// @param local the connection's own address on our side, as the socket says
  /// @param remote its address on the client's side, as the socket says. Not what a proxy's header
  ///   claims: a connection that is not found is told as gone
  /// @param action receives [CancelReason.ClientClosed] or [CancelReason.ClientReset]
  /// @return close it when the request ends; that waits for an action in flight, and none begins
  ///   after it
  /// @throws IllegalArgumentException if an address is not resolved
  public Registration onHangUp(
      InetSocketAddress local, InetSocketAddress remote, Consumer<? super CancelReason> action) {
    Optional<Ends> ends = ends(local, remote);
    return add(() -> ends, true, action);
  }

  /// As [#onHangUp], for addresses that may not be the connection's own: one that is not found is
  /// not watched.
  ///
  /// @param local the address on our side
  /// @param remote the address on the client's side
  /// @param action receives the reason
  /// @return close it when the request ends
  /// @throws IllegalArgumentException if an address is not resolved
  public Registration onHangUpIfFound(
      InetSocketAddress local, InetSocketAddress remote, Consumer<? super CancelReason> action) {
    Optional<Ends> ends = ends(local, remote);
    return add(() -> ends, false, action);
  }

  /// As [#onHangUp(InetSocketAddress,InetSocketAddress,Consumer)], of a connection whose ends are
  /// asked for when the patience is over: most requests end before.
  ///
  /// @param ends tells the ends, once, on the calling thread or the watch's, perhaps after the
  ///   request's end: so it may ask the connection, but not a request that a server uses again.
  ///   Empty where they cannot be told: that connection is not watched. What it throws is logged,
  ///   and does the same
  /// @param action receives [CancelReason.ClientClosed] or [CancelReason.ClientReset]
  /// @return close it when the request ends
  public Registration onHangUp(
      Supplier<Optional<Ends>> ends, Consumer<? super CancelReason> action) {
    return add(Objects.requireNonNull(ends, "ends"), true, action);
  }

  private static Optional<Ends> ends(InetSocketAddress local, InetSocketAddress remote) {
    Ends ends = new Ends(local, remote);
    var _ = Endpoints.of(ends); // refuses what is not resolved here and now
    return Optional.of(ends);
  }

  private Registration add(
      Supplier<Optional<Ends>> ends, boolean certain, Consumer<? super CancelReason> action) {
    Objects.requireNonNull(action, "action");
    Watch watch = new Watch(watcher, ends, certain, patience, action);
    watcher.add(watch);
    return watch;
  }

  /// Looks at a connection now: for who has another sign that its client is gone, and wants to
  /// know.
  ///
  /// @param local the connection's own address on our side, as the socket says
  /// @param remote its address on the client's side, as the socket says
  /// @return how it ended; empty if it lives, or nothing can be seen
  /// @throws IllegalArgumentException if an address is not resolved
  public Optional<CancelReason> look(InetSocketAddress local, InetSocketAddress remote) {
    return Optional.ofNullable(watcher.look(Endpoints.of(new Ends(local, remote))));
  }

  /// How well it sees, here and now.
  ///
  /// @return [Observability#WRITE_ONLY] where it sees nothing
  public Observability observability() {
    return watcher.observability();
  }

  /// Ends the watching; open registrations are never told. The shared one goes on.
  @Override
  public void close() {
    if (!isShared) {
      watcher.close();
    }
  }

  /// By what means it sees, for people: `epoll`, for instance.
  @Override
  public String toString() {
    return watcher.toString();
  }

  Watcher watcher() {
    return watcher;
  }

  /// How a watch behaves. Immutable: each `withX` returns a copy.
  ///
  /// | option | default |
  /// |---|---|
  /// | patience | 10 ms |
  /// | half close | false: a FIN is a hang-up |
  public static final class Options {
    static final Options DEFAULTS = new Options(Duration.ofMillis(10), false);
    private static final Duration MOST = Duration.ofHours(1);

    final Duration patience;
    final boolean halfClose;

    private Options(Duration patience, boolean halfClose) {
      this.patience = patience;
      this.halfClose = halfClose;
    }

    /// How old a request must be before the kernel is asked. Most end before anyone could hang up
    /// on them, and then cost next to nothing. Who hangs up meanwhile is told then.
    ///
    /// @param patience 0 to ask at once; at most an hour
    /// @return a copy
    /// @throws IllegalArgumentException if it is negative or more
    public Options withPatience(Duration patience) {
      if (patience.isNegative() || patience.compareTo(MOST) > 0) {
        throw new IllegalArgumentException(
            "patience: " + patience + " (expected: 0 to " + MOST + ")");
      }
      return new Options(patience, halfClose);
    }

    /// Whether a client that has ended its sending may still wait for its answer (RFC 9112 §9.6).
    /// Then a FIN tells nothing, and who closes in good order is heard only when something is
    /// written to it.
    ///
    /// @param allowed true to wait for a reset
    /// @return a copy
    public Options withHalfClose(boolean allowed) {
      return new Options(patience, allowed);
    }

    /// The options, for people.
    @Override
    public String toString() {
      return "patience " + patience + (halfClose ? ", half-closes allowed" : "");
    }
  }
}
