package dev.hangup.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http2.Http2Connection.Endpoint;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An HTTP/2 connection to an upstream: many calls at once, each on a stream of its own. Stands
/// last in the connection's pipeline. Only the event loop.
///
/// Each call that is given up resets its stream. Servers take many resets for an attack
/// (CVE-2023-44487) and close the connection under all of its streams; so one that has sent some is
/// retired before: it begins nothing new, and what runs on it ends in peace.
final class Http2Upstream extends ChannelInboundHandlerAdapter implements UpstreamConnection {
  private static final int MOST_RESETS = 100;
  private static final int MOST_STREAMS = 1 << 29; // of 2^30 numbers, RFC 9113 §5.1.1

  private final UpstreamPool pool;
  private final Channel channel;
  private final Endpoint<Http2LocalFlowController> endpoint;
  private final Runnable onReady;
  private final Set<Stream> live = new LinkedHashSet<>();
  private @Nullable Future<?> idleTimer;
  private boolean ready;
  private boolean retired;
  private int resets;
  private int begun;

  /// @param onReady is run once the upstream has shown that it speaks HTTP/2
  Http2Upstream(UpstreamPool pool, Channel channel, Http2FrameCodec codec, Runnable onReady) {
    this.pool = pool;
    this.channel = channel;
    this.endpoint = codec.connection().local();
    this.onReady = onReady;
  }

  // What the pool asks for

  @Override
  public int room() {
    if (!ready || retired || !channel.isActive()) {
      return 0;
    }
    return endpoint.maxActiveStreams() - Math.max(endpoint.numActiveStreams(), live.size());
  }

  @Override
  public void begin(UpstreamCall call) {
    if (idleTimer != null) {
      idleTimer.cancel(false);
      idleTimer = null;
    }
    Stream stream = new Stream(this, call, begun > 0);
    live.add(stream);
    begun++;
    retired |= begun >= MOST_STREAMS;
    var _ =
        new Http2StreamChannelBootstrap(channel)
            .handler(stream)
            .open()
            .addListener((Future<Http2StreamChannel> opened) -> {
              if (opened.isSuccess()) {
                stream.opened(opened.getNow());
              } else {
                call.fail(pool.broken(opened.cause()), true);
                ended(stream);
              }
            });
  }

  private void ended(Stream stream) {
    if (!live.remove(stream) || !live.isEmpty() || !channel.isActive()) {
      pool.place();
    } else if (retired) {
      close();
    } else {
      idleTimer =
          channel.eventLoop().schedule(this::closeIfIdle, pool.idleTimeout(), TimeUnit.NANOSECONDS);
      pool.place();
    }
  }

  @Override
  public void closeIfIdle() {
    if (live.isEmpty()) {
      close();
    }
  }

  @Override
  public void close() {
    retired = true; // what was begun now would be lost
    var _ = channel.close();
  }

  // What happens to the connection

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof Http2SettingsFrame && !ready) {
      ready = true;
      onReady.run();
    } else if (message instanceof Http2SettingsFrame) {
      pool.place(); // it may allow more streams now
    } else if (message instanceof Http2GoAwayFrame) {
      retired = true;
      closeIfIdle();
    }
    ReferenceCountUtil.release(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    ReferenceCountUtil.release(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    pool.noted("an HTTP/2 connection to the upstream met an error", cause);
    retired = true;
    if (!ready) {
      close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (idleTimer != null) {
      idleTimer.cancel(false);
    }
    List.copyOf(live)
        .forEach(stream -> stream.lost(null, stream.later && stream.call.isIdempotent()));
    pool.closed(this);
  }

  /// One call's stream.
  private static final class Stream extends ChannelInboundHandlerAdapter {
    private final Http2Upstream connection;
    private final UpstreamCall call;

    /// Whether the connection had served others: it may have been closed before this one came.
    private final boolean later;

    private boolean heard;

    Stream(Http2Upstream connection, UpstreamCall call, boolean later) {
      this.connection = connection;
      this.call = call;
      this.later = later;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ChannelHandler codec = new Http2StreamFrameToHttpObjectCodec(false);
      ctx.pipeline().addBefore(ctx.name(), null, codec);
    }

    void opened(Channel channel) {
      if (call.isOver()) {
        var _ = channel.close();
        return;
      }
      HttpObject head = call.isBodyless() ? Http1Upstream.whole(call.request()) : call.request();
      var _ =
          channel
              .writeAndFlush(head)
              .addListener(sent -> {
                if (!sent.isSuccess()) {
                  lost(sent.cause(), true);
                }
              });
      call.carriedBy(
          channel,
          call::done,
          () -> {
            var _ = channel.close(); // of a stream: resets it
          });
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      heard = true;
      try {
        if (message instanceof HttpObject part) {
          call.received(part);
        }
      } finally {
        ReferenceCountUtil.release(message);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      call.updateReading(ctx.channel());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof Http2ResetFrame reset) {
        boolean refused = reset.errorCode() == Http2Error.REFUSED_STREAM.code();
        lost(null, refused);
      } else if (event instanceof Http2GoAwayFrame) {
        lost(null, true); // it came after the last one that the upstream will work on
      }
      ReferenceCountUtil.release(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      call.fail(connection.pool.malformed(String.valueOf(cause.getMessage())));
      var _ = ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (!call.isWhole()) {
        connection.retired |= ++connection.resets >= MOST_RESETS;
      }
      lost(null, false);
      connection.ended(this);
    }

    void lost(@Nullable Throwable cause, boolean again) {
      call.fail(connection.pool.broken(cause), again && !heard);
    }
  }
}
