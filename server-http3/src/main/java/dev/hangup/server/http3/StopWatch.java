package dev.hangup.server.http3;

import dev.hangup.server.EngineConnection;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.StreamStops;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Looks, whenever datagrams have come, for streams that their clients have given up and Netty does
/// not tell of: see [StreamStops]. Stands first in the socket's pipeline, so that QUIC has taken
/// them. Not more often than each millisecond, however many come, nor for more than a tenth of the
/// loop's time unless a look takes 10 ms, however many streams there are. Only the event loop.
final class StopWatch extends ChannelInboundHandlerAdapter {
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int SHARE = 10;

  private final Map<QuicChannel, EngineConnection> connections = new LinkedHashMap<>();
  private long next = System.nanoTime();
  private boolean planned;

  void add(QuicChannel channel, EngineConnection connection) {
    connections.put(channel, connection);
    var _ = channel.closeFuture().addListener(_ -> connections.remove(channel));
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.fireChannelReadComplete();
    long wait = next - System.nanoTime();
    if (wait <= 0) {
      look();
    } else if (!planned) {
      planned = true;
      var _ =
          ctx.executor()
              .schedule(
                  () -> {
                    planned = false;
                    look();
                  },
                  wait,
                  TimeUnit.NANOSECONDS);
    }
  }

  private void look() {
    long began = System.nanoTime();
    for (EngineConnection connection : List.copyOf(connections.values())) {
      connection.forEachStream(stream -> look(connection, (QuicStreamChannel) stream));
    }
    long now = System.nanoTime();
    next = now + Math.clamp(SHARE * (now - began), PAUSE, LONGEST_PAUSE);
  }

  private static void look(EngineConnection connection, QuicStreamChannel stream) {
    if (StreamStops.isStopped(stream)) {
      connection.reset(stream, Http3ErrorCode.H3_REQUEST_CANCELLED.code(), true);
    } else if (!stream.config().isAutoRead()) {
      long code = StreamStops.resetWhilePaused(stream);
      if (code >= 0) {
        connection.reset(stream, code, false);
      }
    }
  }
}
