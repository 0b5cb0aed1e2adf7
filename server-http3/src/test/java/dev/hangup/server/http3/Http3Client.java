package dev.hangup.server.http3;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// One connection of Netty's HTTP/3 client.
public final class Http3Client implements AutoCloseable {
  private static final EventLoopGroup LOOP =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("http3-client", true), NioIoHandler.newFactory());

  private final Channel socket;
  private final QuicChannel connection;

  private Http3Client(Channel socket, QuicChannel connection) {
    this.socket = socket;
    this.connection = connection;
  }

  public static Http3Client connect(InetSocketAddress server) throws IOException {
    return connect(server, 1 << 20, "h3");
  }

  /// @param window how much a stream may receive that was not asked for
  static Http3Client connect(InetSocketAddress server, int window, String protocol)
      throws IOException {
    return connect(server, window, protocol, Duration.ofSeconds(60));
  }

  /// @param idle after how long a silence QUIC ends the connection
  static Http3Client connect(InetSocketAddress server, int window, String protocol, Duration idle)
      throws IOException {
    QuicSslContext tls =
        QuicSslContextBuilder.forClient()
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .endpointIdentificationAlgorithm("")
            .applicationProtocols(protocol)
            .build();
    ChannelHandler codec =
        Http3.newQuicClientCodecBuilder()
            .sslContext(tls)
            .maxIdleTimeout(idle.toMillis(), TimeUnit.MILLISECONDS)
            .initialMaxData(10L << 20)
            .initialMaxStreamDataBidirectionalLocal(window)
            .initialCongestionWindowPackets(1_000) // or a close may have to wait, and is not sent
            .build();
    Channel socket =
        new Bootstrap()
            .group(LOOP)
            .channel(NioDatagramChannel.class)
            .handler(codec)
            .bind(0)
            .syncUninterruptibly()
            .channel();
    try {
      QuicChannel connection =
          await(
              QuicChannel.newBootstrap(socket)
                  .handler(new Http3ClientConnectionHandler())
                  .remoteAddress(server)
                  .connect());
      return new Http3Client(socket, connection);
    } catch (IOException e) {
      var _ = socket.close();
      throw e;
    }
  }

  public Http3Call get(String path) throws IOException {
    return open("GET", path, headers -> headers).end();
  }

  /// Sends a request's head.
  Http3Call open(String method, String path, UnaryOperator<Http3Headers> fields)
      throws IOException {
    Http3Call call = begin();
    call.write(
        new DefaultHttp3HeadersFrame(
            fields.apply(
                new DefaultHttp3Headers()
                    .method(method)
                    .path(path)
                    .scheme("https")
                    .authority("localhost"))));
    return call;
  }

  /// A stream on which nothing was sent.
  Http3Call begin() throws IOException {
    Harness.await(
        "the server allows one more stream",
        () -> connection.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) > 0);
    Http3Call call = new Http3Call();
    QuicStreamChannel stream =
        await(
            Http3.newRequestStream(
                connection,
                new ChannelInitializer<QuicStreamChannel>() {
                  @Override
                  protected void initChannel(QuicStreamChannel opened) {
                    opened.config().setAutoRead(false);
                    opened.pipeline().addLast(call);
                  }
                }));
    call.on(stream);
    return call;
  }

  QuicChannel connection() {
    return connection;
  }

  boolean isOpen() {
    return connection.isActive();
  }

  static <T> T await(Future<T> future) throws IOException {
    if (!future.awaitUninterruptibly(10, TimeUnit.SECONDS)) {
      throw new IOException("timed out");
    }
    if (!future.isSuccess()) {
      throw new IOException(future.cause());
    }
    return future.getNow();
  }

  @Override
  public void close() {
    connection.close(true, 0x100, Unpooled.EMPTY_BUFFER).awaitUninterruptibly(1_000);
    var _ = socket.close();
  }
}
