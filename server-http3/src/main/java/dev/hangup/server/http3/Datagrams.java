package dev.hangup.server.http3;

import dev.hangup.server.EngineHost;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http3.Http3;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Sets up the socket: QUIC, behind what looks for streams that clients have given up.
///
/// A client's address is validated before anything is kept of it (RFC 9000 §8.1): its first packet
/// is answered with a Retry.
final class Datagrams extends ChannelInitializer<Channel> {
  /// Of a connection on which nothing comes, probes included. Not shorter: browsers ping an open
  /// request every 15 s.
  private static final Duration IDLE = Duration.ofSeconds(30);

  /// By how much QUIC is more patient than the server: who has vanished is told by the server.
  private static final Duration LATER = Duration.ofSeconds(5);

  // At first: quiche widens them for who sends fast, to 16 MiB and 24 MiB, and Netty cannot say
  // less.
  private static final long STREAM_WINDOW = 64 << 10;
  private static final long CONNECTION_WINDOW = 256 << 10;

  /// Control, QPACK's two, and some that are reserved to be ignored (RFC 9114 §6.2.3).
  private static final int CLIENT_STREAMS_ONE_WAY = 8;

  private final EngineHost host;
  private final QuicTls tls;

  Datagrams(EngineHost host, QuicTls tls) {
    this.host = host;
    this.tls = tls;
  }

  @Override
  protected void initChannel(Channel socket) {
    StopWatch stops = new StopWatch();
    socket.pipeline().addLast(stops, quic(stops), new Rest(host));
  }

  private ChannelHandler quic(StopWatch stops) {
    return Http3.newQuicServerCodecBuilder()
        .sslEngineProvider(tls)
        .tokenHandler(new RetryTokens())
        .maxIdleTimeout(idle().toMillis(), TimeUnit.MILLISECONDS)
        .initialMaxData(CONNECTION_WINDOW)
        .initialMaxStreamDataBidirectionalRemote(STREAM_WINDOW)
        .initialMaxStreamDataUnidirectional(STREAM_WINDOW)
        .initialMaxStreamsBidirectional(host.maxStreams())
        .initialMaxStreamsUnidirectional(CLIENT_STREAMS_ONE_WAY)
        .activeMigration(true)
        .handler(new Connections(host, stops))
        .build();
  }

  private Duration idle() {
    Duration later = host.liveness().plus(LATER);
    return later.compareTo(IDLE) > 0 ? later : IDLE;
  }

  /// What is no packet of QUIC, or makes no sense, is nobody's failure.
  private static final class Rest extends ChannelInboundHandlerAdapter {
    private final EngineHost host;

    Rest(EngineHost host) {
      this.host = host;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      host.note("a datagram could not be read", cause);
    }
  }
}
