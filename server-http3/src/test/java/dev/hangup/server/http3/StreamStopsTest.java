package dev.hangup.server.http3;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3ServerConnectionHandler;
import io.netty.handler.codec.quic.InsecureQuicTokenHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.StreamStops;
import io.netty.util.collection.LongObjectMap;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What Netty by itself tells of a STOP_SENDING, and keeps of a stream. Fails when [StreamStops] is
/// not needed any more: then it can go, and the module be a named one.
@Timeout(30)
class StreamStopsTest {
  private final List<Object> told = new CopyOnWriteArrayList<>();
  private final BlockingQueue<QuicStreamChannel> streams = new LinkedBlockingQueue<>();

  @Test
  void nettyTellsNothingOfAStopSending() throws Exception {
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    Channel server = serve(loop);
    try (Http3Client client = Http3Client.connect((InetSocketAddress) server.localAddress())) {
      Http3Call call = client.get("/");
      QuicStreamChannel stream = streams.poll(30, TimeUnit.SECONDS);
      assertThat(isStopped(stream)).isFalse();
      call.stop(0x10c);
      Harness.await("quiche knows", () -> isStopped(stream));
      assertThat(client.get("/").stream().isOpen()).isTrue();
      assertThat(streams.poll(30, TimeUnit.SECONDS)).isNotNull(); // one more round trip

      assertThat(told).as("what Netty tells (netty/netty#17380)").isEmpty();
      assertThat(stream.isOutputShutdown()).isFalse();
    } finally {
      server.close().syncUninterruptibly();
      var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
  }

  /// One that was given up before its FIN came; so each would be kept until its connection ends.
  @Test
  void nettyKeepsAStreamThatIsClosedBeforeItsEnd() throws Exception {
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    Channel server = serve(loop);
    try (Http3Client client = Http3Client.connect((InetSocketAddress) server.localAddress())) {
      Http3Call _ = client.open("POST", "/", fields -> fields);
      QuicStreamChannel stream = streams.poll(30, TimeUnit.SECONDS);
      stream.shutdown(0x10c, stream.newPromise()).syncUninterruptibly();
      stream.close().syncUninterruptibly();
      assertThat(isKept(stream)).isTrue();
      var _ = stream.eventLoop().submit(() -> StreamStops.close(stream)).syncUninterruptibly();

      assertThat(isKept(stream)).isFalse();
    } finally {
      server.close().syncUninterruptibly();
      var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
  }

  private static boolean isKept(QuicStreamChannel stream) throws Exception {
    Field streams = stream.parent().getClass().getDeclaredField("streams");
    streams.setAccessible(true);
    LongObjectMap<?> kept = (LongObjectMap<?>) streams.get(stream.parent());
    return stream
        .eventLoop()
        .submit(() -> kept.containsKey(stream.streamId()))
        .syncUninterruptibly()
        .getNow();
  }

  static boolean isStopped(QuicStreamChannel stream) {
    return stream
        .eventLoop()
        .submit(() -> StreamStops.isStopped(stream))
        .syncUninterruptibly()
        .getNow();
  }

  private Channel serve(EventLoopGroup loop) throws Exception {
    return new Bootstrap()
        .group(loop)
        .channel(NioDatagramChannel.class)
        .handler(
            Http3.newQuicServerCodecBuilder()
                .sslContext(tls())
                .tokenHandler(InsecureQuicTokenHandler.INSTANCE)
                .maxIdleTimeout(30, TimeUnit.SECONDS)
                .initialMaxData(1 << 20)
                .initialMaxStreamDataBidirectionalRemote(1 << 20)
                .initialMaxStreamsBidirectional(10)
                .handler(new Connections())
                .build())
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .sync()
        .channel();
  }

  private static QuicSslContext tls() throws Exception {
    return QuicSslContextBuilder.forServer(QuicTlsTest.keys(), null)
        .applicationProtocols(Http3.supportedApplicationProtocols())
        .build();
  }

  private final class Connections extends ChannelInitializer<QuicChannel> {
    @Override
    protected void initChannel(QuicChannel connection) {
      connection
          .pipeline()
          .addLast(
              new Http3ServerConnectionHandler(
                  new ChannelInitializer<QuicStreamChannel>() {
                    @Override
                    protected void initChannel(QuicStreamChannel stream) {
                      stream.pipeline().addLast(new Ears());
                    }
                  }));
    }
  }

  private final class Ears extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof Http3HeadersFrame) {
        streams.add((QuicStreamChannel) ctx.channel());
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event != ChannelInputShutdownEvent.INSTANCE
          && event != ChannelInputShutdownReadComplete.INSTANCE) {
        told.add(event);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      told.add(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      told.add("closed");
    }
  }
}
