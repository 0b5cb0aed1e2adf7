package dev.hangup.server;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.DatagramChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;

/// The server, as an [Engine] sees it: what it is to listen with, and who takes what it carries.
///
/// **Thread safety**: for any thread.
public final class EngineHost {
  private final ServerContext context;
  private final Transports transport;
  private final EventLoopGroup loops;
  private final ChannelGroup connections;

  EngineHost(
      ServerContext context, Transports transport, EventLoopGroup loops, ChannelGroup connections) {
    this.context = context;
    this.transport = transport;
    this.loops = loops;
    this.connections = connections;
  }

  /// The address to listen on.
  ///
  /// @return a name or an address of this machine
  public String address() {
    return context.options().host();
  }

  /// The loops that all I/O of the server is done on.
  ///
  /// @return they end with the server
  public EventLoopGroup loops() {
    return loops;
  }

  /// What the loops can do datagrams with.
  ///
  /// @return a class of Netty's, with a constructor without arguments
  public Class<? extends DatagramChannel> datagrams() {
    return transport.datagrams();
  }

  /// The server's certificate and key.
  ///
  /// @return those that are good now: another object after [Tls#reload()]
  /// @throws IOException if the server was started without
  public KeyManagerFactory keys() throws IOException {
    Tls tls = context.options().tls();
    if (tls == null) {
      throw new IOException("engine: there is no certificate (expected: withTls)");
    }
    return tls.keys();
  }

  /// How many streams a client may have at once on one connection.
  ///
  /// @return 1 or more
  public int maxStreams() {
    return context.options().maxStreams();
  }

  /// How long a client that waits for an answer may not be heard of.
  ///
  /// @return zero where nobody asks it
  public Duration liveness() {
    return context.options().liveness();
  }

  /// The most that the header fields of a request may take.
  ///
  /// @return in bytes
  public int maxHeaderBytes() {
    return context.options().maxHeaderBytes();
  }

  /// Tells those that come by TLS over TCP where else the server is, in `Alt-Svc` (RFC 7838).
  ///
  /// @param service for instance `h3=":8443"; ma=86400`
  public void advertise(String service) {
    context.advertise(service);
  }

  /// Takes a connection that begins.
  ///
  /// @param channel the connection; registered with its loop, and this is it
  /// @param peer the other end
  /// @param signals says to it what the server has to say
  /// @return the connection, to be put into the channel's pipeline; empty if the server takes no
  ///   more: it is to be closed
  public Optional<EngineConnection> connect(
      Channel channel, InetSocketAddress peer, EngineConnection.Signals signals) {
    if (context.isDraining()) {
      return Optional.empty();
    }
    if (connections.size() >= context.options().maxConnections()) {
      context.refusedConnection();
      return Optional.empty();
    }
    connections.add(channel);
    return Optional.of(new EngineConnection(context, channel, peer, signals));
  }

  /// Notes at the level DEBUG what went wrong, and is nobody's failure here.
  ///
  /// @param what for people
  /// @param cause why
  public void note(String what, Throwable cause) {
    context.noted(what, cause);
  }
}
