package dev.hangup.server.http3;

import dev.hangup.CancelReason;
import dev.hangup.server.EngineConnection;
import dev.hangup.server.EngineHost;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http3.DefaultHttp3SettingsFrame;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3ServerConnectionHandler;
import io.netty.handler.codec.http3.Http3Settings;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClosedChannelException;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicConnectionStats;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.StreamStops;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.Optional;

/// Sets up each new connection, and its streams.
final class Connections extends ChannelInitializer<QuicChannel> {
  /// Netty closes the connection of a client whose field sections are longer than the limit that it
  /// knows; up to so many times ours the request alone is refused.
  private static final int REFUSED_ALONE = 4;

  private final EngineHost host;
  private final StopWatch stops;

  Connections(EngineHost host, StopWatch stops) {
    this.host = host;
    this.stops = stops;
  }

  @Override
  protected void initChannel(QuicChannel channel) {
    InetSocketAddress peer = (InetSocketAddress) channel.remoteSocketAddress();
    Http3Signals signals = new Http3Signals();
    Optional<EngineConnection> accepted = host.connect(channel, peer, signals);
    if (accepted.isEmpty()) {
      var _ = channel.close();
      return;
    }
    EngineConnection connection = accepted.get();
    connection.watch(() -> packets(channel));
    stops.add(channel, connection);
    Http3Settings settings =
        Http3Settings.defaultSettings()
            .maxFieldSectionSize((long) REFUSED_ALONE * host.maxHeaderBytes());
    channel
        .pipeline()
        .addLast(new Closing(connection))
        .addLast(connection)
        .addLast(
            new Http3ServerConnectionHandler(
                new Streams(connection, signals, host.maxHeaderBytes()),
                null,
                null,
                new DefaultHttp3SettingsFrame(settings),
                true))
        .addLast(new Rest(host));
  }

  private static long packets(QuicChannel channel) {
    Future<QuicConnectionStats> stats = channel.collectStats(); // at once: this is the loop
    return stats.isSuccess() ? stats.getNow().recv() : -1;
  }

  /// A client that closes is gone when it says so, not when the connection has been drained.
  private static final class Closing extends ChannelInboundHandlerAdapter {
    private final EngineConnection connection;

    Closing(EngineConnection connection) {
      this.connection = connection;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof QuicConnectionCloseEvent) {
        connection.lost(new CancelReason.ClientClosed());
      }
      ctx.fireUserEventTriggered(event);
    }
  }

  /// Takes what concerns the connection and nobody has asked for. A stream goes on, to where Netty
  /// registers it.
  private static final class Rest extends ChannelInboundHandlerAdapter {
    private final EngineHost host;

    Rest(EngineHost host) {
      this.host = host;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      ReferenceCountUtil.release(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (!(cause instanceof QuicClosedChannelException)) {
        host.note("an HTTP/3 connection met an error", cause);
      }
    }
  }

  /// Behind Netty's codec for frames, which stands in the pipeline already.
  private static final class Streams extends ChannelInitializer<QuicStreamChannel> {
    private final EngineConnection connection;
    private final Http3Signals signals;
    private final int maxHeaderBytes;

    Streams(EngineConnection connection, Http3Signals signals, int maxHeaderBytes) {
      this.connection = connection;
      this.signals = signals;
      this.maxHeaderBytes = maxHeaderBytes;
    }

    @Override
    protected void initChannel(QuicStreamChannel stream) {
      if (!signals.takes(stream.streamId())) {
        var _ = stream.shutdown(Http3ErrorCode.H3_REQUEST_REJECTED.code(), stream.newPromise());
        StreamStops.close(stream);
        return;
      }
      stream
          .pipeline()
          .addLast(new StreamCodec(connection, maxHeaderBytes))
          .addLast(connection.stream(stream, "HTTP/3"));
    }
  }
}
