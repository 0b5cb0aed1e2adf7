package dev.hangup.lab;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/// A socket on loopback whose connections speak HTTP/3, and whose cable can be cut.
final class QuicSocket implements AutoCloseable {
  private static final long IDLE_SECONDS = 60; // longer than any server's

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("quic", true), NioIoHandler.newFactory());
  private final Cable cable = new Cable();
  private final Channel socket =
      new Bootstrap()
          .group(loop)
          .channel(NioDatagramChannel.class)
          .handler(
              new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                  channel.pipeline().addLast(cable, codec());
                }
              })
          .bind("127.0.0.1", 0)
          .syncUninterruptibly()
          .channel();

  private static ChannelHandler codec() {
    return Http3.newQuicClientCodecBuilder()
        .sslContext(
            QuicSslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm("")
                .applicationProtocols("h3")
                .build())
        .maxIdleTimeout(IDLE_SECONDS, TimeUnit.SECONDS)
        .initialMaxData(10L << 20)
        .initialMaxStreamDataBidirectionalLocal(1 << 20)
        .initialCongestionWindowPackets(1_000) // or a close may have to wait, and is not sent
        .build();
  }

  QuicChannel connect(InetSocketAddress server) throws IOException {
    return await(
        QuicChannel.newBootstrap(socket)
            .handler(new Http3ClientConnectionHandler())
            .remoteAddress(server)
            .connect());
  }

  /// From now on no datagram leaves it, and none reaches it.
  void cut() {
    cable.cut = true;
  }

  static <T> T await(Future<T> future) throws IOException {
    if (!future.awaitUninterruptibly(10, TimeUnit.SECONDS)) {
      throw new IOException("QUIC did not answer in 10 s");
    }
    if (!future.isSuccess()) {
      throw new IOException(future.cause());
    }
    return future.getNow();
  }

  @Override
  public void close() {
    var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static final class Cable extends ChannelDuplexHandler {
    private volatile boolean cut;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      if (cut) {
        ReferenceCountUtil.release(message);
        promise.setSuccess();
      } else {
        var _ = ctx.write(message, promise);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (cut) {
        ReferenceCountUtil.release(message);
      } else {
        ctx.fireChannelRead(message);
      }
    }
  }
}
