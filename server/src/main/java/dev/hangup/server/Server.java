package dev.hangup.server;

import dev.hangup.Deadline;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// An HTTP server that is listening: HTTP/1.1, HTTP/2 with prior knowledge, and both over TLS.
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="server"}
///
/// **Thread safety**: for any thread.
public final class Server implements AutoCloseable {
  private static final Duration CLOSE_MARGIN = Duration.ofSeconds(1);

  private final ServerContext context;
  private final Transports transport;
  private final EventLoopGroup loops;
  private final ChannelGroup connections;
  private final Channel listener;
  private final @Nullable Channel tlsListener;
  private final @Nullable Channel engineListener;
  private final Lock draining = new ReentrantLock();

  private Server(
      ServerContext context,
      Transports transport,
      EventLoopGroup loops,
      ChannelGroup connections,
      Channel listener,
      @Nullable Channel tlsListener,
      @Nullable Channel engineListener) {
    this.context = context;
    this.transport = transport;
    this.loops = loops;
    this.connections = connections;
    this.listener = listener;
    this.tlsListener = tlsListener;
    this.engineListener = engineListener;
  }

  /// Starts a server with the default options.
  ///
  /// @param handler answers the requests
  /// @return a server that is listening
  /// @throws IOException as [#start(Handler, UnaryOperator)] says
  public static Server start(Handler handler) throws IOException {
    return start(handler, UnaryOperator.identity());
  }

  /// Starts a server.
  ///
  /// @param handler answers the requests, a [Router] for instance
  /// @param options changes the defaults: `o -> o.withPort(0)`
  /// @return a server that is listening
  /// @throws BindException if the address cannot be listened on: names it and says why
  /// @throws IOException if the transport does not work here
  public static Server start(Handler handler, UnaryOperator<ServerOptions> options)
      throws IOException {
    Objects.requireNonNull(handler, "handler");
    ServerOptions chosen = Objects.requireNonNull(options.apply(ServerOptions.DEFAULTS), "options");
    ServerContext context = new ServerContext(handler, chosen);
    Transports transport = Transports.choose(chosen.transport());
    EventLoopGroup loops = transport.loops(chosen.ioThreads());
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    try {
      Bind bind = new Bind(context, transport, loops, connections);
      Channel plain = bind.listen(chosen.port(), null);
      Channel secure = chosen.tls() == null ? null : bind.listen(chosen.tlsPort(), chosen.tls());
      Channel engine = engine(chosen, new EngineHost(context, transport, loops, connections));
      return new Server(context, transport, loops, connections, plain, secure, engine);
    } catch (IOException | RuntimeException | Error e) { // an engine's too: no listener stays
      var _ = loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw e;
    }
  }

  private static @Nullable Channel engine(ServerOptions options, EngineHost host)
      throws IOException {
    Engine engine = options.engine();
    return engine == null ? null : engine.listen(host);
  }

  /// What both listeners have in common.
  private record Bind(
      ServerContext context, Transports transport, EventLoopGroup loops, ChannelGroup connections) {

    Channel listen(int port, @Nullable Tls tls) throws IOException {
      ServerBootstrap bootstrap =
          new ServerBootstrap()
              .group(loops)
              .channel(transport.listener())
              .option(ChannelOption.SO_BACKLOG, 4096)
              .option(ChannelOption.SO_REUSEADDR, true)
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childHandler(new Connect(context, connections, tls));
      transport.configure(bootstrap);
      String host = context.options().host();
      var bound = bootstrap.bind(new InetSocketAddress(host, port)).awaitUninterruptibly();
      if (!bound.isSuccess()) {
        BindException refused =
            new BindException("cannot listen on " + host + ":" + port + ": " + why(bound));
        refused.initCause(bound.cause());
        throw refused;
      }
      return bound.channel();
    }
  }

  private static String why(ChannelFuture failed) {
    String message = failed.cause().getMessage();
    return failed.cause() instanceof UnresolvedAddressException
        ? "no such host"
        : message == null ? failed.cause().toString() : message;
  }

  /// Where the server listens.
  ///
  /// @return with the real port where 0 was asked for
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /// The port that the server listens on.
  ///
  /// @return 1 to 65535
  public int port() {
    return address().getPort();
  }

  /// The port that the server listens on for TLS.
  ///
  /// @return 1 to 65535
  /// @throws IllegalStateException if [ServerOptions#withTls(int, Tls)] was not chosen
  public int tlsPort() {
    if (tlsListener == null) {
      throw new IllegalStateException("tlsPort: the server was started without TLS");
    }
    return ((InetSocketAddress) tlsListener.localAddress()).getPort();
  }

  /// How I/O is done.
  ///
  /// @return [ServerOptions.Transport#EPOLL] or [ServerOptions.Transport#NIO]
  public ServerOptions.Transport transport() {
    return transport.kind();
  }

  /// For tests.
  ServerContext context() {
    return context;
  }

  /// For tests: how many are open.
  int connections() {
    return connections.size();
  }

  /// Waits until the server was closed.
  ///
  /// @throws InterruptedException if the calling thread is interrupted; the server goes on
  public void awaitClosed() throws InterruptedException {
    listener.closeFuture().sync();
    loops.terminationFuture().sync();
  }

  /// Stops in good order: takes no more connections, tells the clients (`Connection: close`,
  /// GOAWAY) and lets the requests that run, and those that are on their way, come to their end.
  /// Those that run longer than [ServerOptions#withDrainTimeout(Duration)] are cancelled, as
  /// [#close()] does, which comes last in any case, and may come meanwhile. Who drains a server
  /// that drains waits for the first. An interrupt shortens the wait.
  ///
  /// For the end of the process:
  /// `Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::drain))`.
  public void drain() {
    draining.lock();
    try {
      if (context.drain()) {
        stopListening();
        connections.forEach(Server::drain);
        var _ = connections.newCloseFuture().await(context.options().drainTimeout().toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      draining.unlock();
    }
    close();
  }

  private void stopListening() {
    listener.close().awaitUninterruptibly();
    if (tlsListener != null) {
      tlsListener.close().awaitUninterruptibly();
    }
  }

  private static void drain(Channel channel) {
    Http1Connection http1 = channel.pipeline().get(Http1Connection.class);
    Http2Connection http2 = channel.pipeline().get(Http2Connection.class);
    EngineConnection other = channel.pipeline().get(EngineConnection.class);
    if (http1 != null) {
      channel.eventLoop().execute(http1::drain);
    } else if (http2 != null) {
      channel.eventLoop().execute(http2::drain);
    } else if (other != null) {
      channel.eventLoop().execute(other::drain);
    } else {
      FirstBytes.drain(channel);
    }
  }

  /// Stops: takes no more connections, cancels the requests in flight with
  /// [dev.hangup.CancelReason.ServerStopping], gives them their grace and a second to return, then
  /// closes all. Handlers that are still running then are stragglers. Closing twice does nothing.
  /// An interrupt shortens the wait.
  @Override
  public void close() {
    if (!context.stop()) {
      return;
    }
    stopListening();
    connections.forEach(Server::stop);
    Duration patience = context.options().grace().plus(CLOSE_MARGIN);
    Deadline end = Deadline.after(patience);
    try {
      var _ = connections.newCloseFuture().await(patience.toMillis());
      context.inFlight().awaitNone(end); // also those whose clients have left
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connections.close().awaitUninterruptibly();
    if (engineListener != null) {
      engineListener.close().awaitUninterruptibly(); // which carries its connections
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    try {
      context.close(CLOSE_MARGIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stop(Channel channel) {
    Http1Connection http1 = channel.pipeline().get(Http1Connection.class);
    Http2Connection http2 = channel.pipeline().get(Http2Connection.class);
    EngineConnection other = channel.pipeline().get(EngineConnection.class);
    if (http1 != null) {
      channel.eventLoop().execute(http1::stop);
    } else if (http2 != null) {
      channel.eventLoop().execute(http2::stop);
    } else if (other != null) {
      channel.eventLoop().execute(other::stop);
    } else {
      var _ = channel.close();
    }
  }

  /// The address, for people.
  @Override
  public String toString() {
    return "Server on " + address() + " (" + transport.kind() + ")";
  }
}
