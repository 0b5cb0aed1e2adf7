package dev.hangup.server.http3;

import dev.hangup.server.Engine;
import dev.hangup.server.EngineHost;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.quic.Quic;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;

/// HTTP/3 (RFC 9114) for a server: the same handlers, limits and access log, on QUIC.
///
/// {@snippet class="dev.hangup.server.http3.SnippetsTest" region="http3"}
///
/// The certificate is that of [dev.hangup.server.ServerOptions#withTls(int,
/// dev.hangup.server.Tls)]. Clients that come by TLS are told in `Alt-Svc`.
///
/// **Cancellation**: a STOP_SENDING or RESET_STREAM cancels its request with
/// [dev.hangup.CancelReason.StreamReset], and no other; a connection that is closed or lost cancels
/// all that it has; one that moves to another address none. The code of a STOP_SENDING is not known
/// here and told as H3_REQUEST_CANCELLED. A client that vanishes is missed after
/// [dev.hangup.server.ServerOptions#withLiveness(java.time.Duration)], or when its own QUIC's idle
/// time-out is over, if that is shorter.
///
/// **Thread safety**: for any thread. For one server.
///
/// **Limits**: QUIC is native code, there for Linux and macOS on x86-64 (Linux only) and AArch64;
/// see [#isAvailable()]. One UDP socket is one event loop. What QUIC itself holds of requests is
/// not counted in `totalReadAheadBytes`: at first 256 KiB a connection at most; up to 24 MiB for a
/// client whose uploads were read as fast as it sent.
public final class Http3 implements Engine {
  private static final int RECEIVE_BUFFER = 4 << 20; // the kernel may give less

  private final int wanted;
  private volatile @Nullable InetSocketAddress address;

  private Http3(int port) {
    this.wanted = port;
  }

  /// Listens on a port of UDP, that of TLS for instance.
  ///
  /// @param port 0 to 65535; 0 takes a free one, see [#port()]
  /// @return for [dev.hangup.server.ServerOptions#withEngine(Engine)]
  /// @throws IllegalArgumentException if there is no such port
  public static Http3 onPort(int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("http3 port: " + port + " (expected: 0-65535)");
    }
    return new Http3(port);
  }

  /// Whether there is a native library of QUIC for this platform.
  ///
  /// @return false where a server with this engine would not start
  public static boolean isAvailable() {
    return Quic.isAvailable();
  }

  /// The port that is listened on.
  ///
  /// @return 1 to 65535
  /// @throws IllegalStateException if no server has been started with it
  public int port() {
    InetSocketAddress bound = address;
    if (bound == null) {
      throw new IllegalStateException("port: no server was started with this engine");
    }
    return bound.getPort();
  }

  /// For the server that it is given to.
  ///
  /// @throws BindException if the address cannot be listened on: names it and says why
  /// @throws IOException if QUIC does not work here, or there is no certificate
  @Override
  public Channel listen(EngineHost host) throws IOException {
    if (!Quic.isAvailable()) {
      throw new IOException(
          "http3: no native library of QUIC for %s on %s (expected: Netty's"
                  .formatted(System.getProperty("os.name"), System.getProperty("os.arch"))
              + " netty-codec-native-quic with this platform's classifier, or no HTTP/3)",
          Quic.unavailabilityCause());
    }
    ChannelFuture bound =
        new Bootstrap()
            .group(host.loops())
            .channel(host.datagrams())
            .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
            .handler(new Datagrams(host, tls(host)))
            .bind(new InetSocketAddress(host.address(), wanted))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      BindException refused =
          new BindException(
              "cannot listen on %s:%d (UDP): %s"
                  .formatted(host.address(), wanted, why(bound.cause())));
      refused.initCause(bound.cause());
      throw refused;
    }
    InetSocketAddress listening = (InetSocketAddress) bound.channel().localAddress();
    address = listening;
    host.advertise("h3=\":" + listening.getPort() + "\"; ma=86400");
    return bound.channel();
  }

  private static QuicTls tls(EngineHost host) throws IOException {
    return new QuicTls(
        host::keys, cause -> host.note("the new certificate cannot be used for HTTP/3", cause));
  }

  private static String why(Throwable cause) {
    String message = cause.getMessage();
    return cause instanceof UnresolvedAddressException
        ? "no such host"
        : message == null ? cause.toString() : message;
  }
}
