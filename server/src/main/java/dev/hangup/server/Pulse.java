package dev.hangup.server;

import dev.hangup.CancelReason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// Finds out, while a client waits for an answer, that it has vanished: its network is dead, and
/// neither FIN nor RST comes.
///
/// ```
/// idle ──busy()──▶ watched ──the same request at two looks──▶ probed ──silence──▶ vanished
///   ▲                 │                                         │
///   └─────────────────┴── a look finds no request in flight ────┘
/// ```
///
/// A request that is answered before the second look costs two field writes. Probed means: TCP
/// keep-alive asks the client's kernel once a second, so that it always has something to answer.
/// With epoll the kernel only asks, and [TcpSilence] judges what it tells. NIO cannot look: there
/// the kernel itself gives up, and reading fails; it never does while bytes of ours are
/// unacknowledged. [Http2Ping] finds a process whose kernel alone is alive.
///
/// `TCP_USER_TIMEOUT` is left alone: it also ends clients that live, and just do not read.
///
/// All fields belong to the event loop.
final class Pulse {
  private final Liveness liveness;
  private final Channel channel;
  private final @Nullable Http2Ping ping;
  private final Consumer<CancelReason> gone;
  private final Runnable paces;

  private boolean busy;
  private int requests;
  private boolean watched;
  private int requestsSeen;
  private boolean probed;
  private TcpSilence silence = TcpSilence.NONE;

  /// @param gone told why, at most once; the connection is closed after it
  /// @param paces looks at each request in flight, whether its client is fast enough
  Pulse(
      ServerContext context,
      Channel channel,
      @Nullable Http2Ping ping,
      Consumer<CancelReason> gone,
      Runnable paces) {
    this.liveness = context.liveness(channel.eventLoop());
    this.channel = channel;
    this.ping = ping;
    this.gone = gone;
    this.paces = paces;
  }

  /// A request has begun where there was none.
  void busy() {
    busy = true;
    requests++;
    if (!watched) {
      watched = true;
      liveness.watch(this);
    }
  }

  /// No request is left.
  void idle() {
    busy = false;
  }

  /// Returns false if there is nothing to look after any more.
  boolean look(EpollTcpInfo tcp) {
    if (busy && channel.isActive()) {
      paces.run(); // which may end the connection
    }
    if (!busy || !channel.isActive()) {
      rest();
      return false;
    }
    if (!liveness.asks()) {
      return true;
    }
    if (!probed) {
      probed = requests == requestsSeen;
      requestsSeen = requests;
      if (probed) {
        liveness.ask(this);
      }
      return true;
    }
    return isAlive(tcp);
  }

  private boolean isAlive(EpollTcpInfo tcp) {
    long limit = liveness.limit().toMillis();
    boolean open = true; // whether a ping would be answered at once, as far as is known
    if (channel instanceof EpollSocketChannel socket) {
      socket.tcpInfo(tcp);
      if (tcp.state() == HalfCloseProbe.TCP_CLOSE) {
        end(new CancelReason.ClientClosed()); // reset after its FIN, of which epoll says nothing
        return false;
      }
      long millis = silence(tcp);
      silence = silence.then(millis, tcp.probes(), tcp.retransmits());
      long answerMicros = tcp.rtt() + 4 * tcp.rttvar(); // as RFC 6298 §2 has it
      if (silence.meansGone(limit, answerMicros / 1_000)) {
        end(new CancelReason.PeerVanished(Duration.ofMillis(millis)));
        return false;
      }
      open = tcp.probes() == 0 && tcp.unacked() == 0;
    }
    if (ping != null && ping.look(liveness.tickMillis(), limit, open, silence.millis() < limit)) {
      end(new CancelReason.PeerVanished(ping.silence()));
      return false;
    }
    return true;
  }

  /// A client that waits for nothing is not asked every second whether it lives.
  private void rest() {
    boolean asked = probed;
    forget();
    if (asked && channel.isActive()) {
      channel.config().setOption(ChannelOption.SO_KEEPALIVE, false);
    }
  }

  /// Not looked at until the next request.
  void forget() {
    watched = false;
    probed = false;
    silence = TcpSilence.NONE;
  }

  /// The kernel's probes begin, if the client still waits.
  void probe() {
    if (!probed || !channel.isActive()) {
      return;
    }
    Duration limit = liveness.limit();
    int every = TcpSilence.probeSeconds(limit.toMillis());
    ChannelConfig config = channel.config();
    if (channel instanceof EpollSocketChannel) {
      config.setOption(EpollChannelOption.TCP_KEEPIDLE, every);
      config.setOption(EpollChannelOption.TCP_KEEPINTVL, every);
      config.setOption(EpollChannelOption.TCP_KEEPCNT, 127); // the most: it is not to decide
    } else {
      int count = (int) Math.max(1, limit.toSeconds() / every);
      config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), every);
      config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), every);
      config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), count);
    }
    config.setOption(ChannelOption.SO_KEEPALIVE, true);
  }

  /// Ends the connection so that nothing of it lingers, here or in the kernel: past the codecs, for
  /// what they would still say will not arrive.
  private void end(CancelReason reason) {
    forget();
    gone.accept(reason);
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    var _ = channel.pipeline().firstContext().close();
  }

  /// Why reading failed: the client has reset the connection, or the kernel has given it up.
  CancelReason lost(Throwable cause) {
    if (cause instanceof NativeIoException failure) {
      int error = failure.expectedErr();
      boolean reset =
          error == Errors.ERRNO_ECONNRESET_NEGATIVE || error == Errors.ERRNO_EPIPE_NEGATIVE;
      return reset ? new CancelReason.ClientReset() : gaveUp();
    }
    // The JDK tells of a reset by a SocketException, and of all else in the system's own words.
    boolean other = probed && cause.getClass() == IOException.class;
    return other ? gaveUp() : new CancelReason.ClientReset();
  }

  private CancelReason gaveUp() {
    if (channel instanceof EpollSocketChannel socket && socket.isOpen()) {
      return new CancelReason.PeerVanished(Duration.ofMillis(silence(socket.tcpInfo())));
    }
    return new CancelReason.PeerVanished(liveness.limit());
  }

  private static long silence(EpollTcpInfo tcp) {
    return Math.min(tcp.lastAckRecv(), tcp.lastDataRecv());
  }
}
