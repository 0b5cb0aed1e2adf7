package dev.hangup.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Makes one connection to an upstream: finds its addresses (which blocks, so a thread of its own
/// does it), connects to the first that takes it, and agrees on TLS and the protocol. All of this
/// in the time to connect, and given up at once where nobody waits for it any more. Only the event
/// loop.
final class UpstreamDial {
  private static final int MAX_HEAD_BYTES = 64 << 10;
  private static final int STREAM_WINDOW = 256 << 10;
  private static final int CONNECTION_WINDOW = 4 << 20;

  private final UpstreamPool pool;
  private final UpstreamAddress address;
  private Iterator<InetAddress> candidates = List.<InetAddress>of().iterator();
  private @Nullable Channel channel;
  private @Nullable Future<?> timer;
  private boolean over;

  UpstreamDial(UpstreamPool pool, UpstreamAddress address) {
    this.pool = pool;
    this.address = address;
  }

  void begin() {
    timer =
        pool.loop()
            .schedule(
                () -> fail(504, "cannot be connected to in time", null),
                pool.options().connectTimeout().toNanos(),
                TimeUnit.NANOSECONDS);
    Thread.ofVirtual().name("hangup-resolve").start(this::resolve);
  }

  private void resolve() {
    try {
      InetAddress[] found = InetAddress.getAllByName(address.host());
      pool.onLoop(() -> {
        candidates = Arrays.asList(found).iterator();
        connect(null);
      });
    } catch (UnknownHostException e) {
      pool.onLoop(() -> fail(502, "is not known", e));
    }
  }

  /// @param before why the address before could not be connected to
  private void connect(@Nullable Throwable before) {
    if (over) {
      return;
    }
    if (!candidates.hasNext()) {
      fail(502, "cannot be connected to", before);
      return;
    }
    ChannelFuture connecting =
        bootstrap().connect(new InetSocketAddress(candidates.next(), address.port()));
    channel = connecting.channel();
    var _ =
        connecting.addListener(connected -> {
          if (connected.isSuccess()) {
            agree(connecting.channel());
          } else {
            connect(connected.cause());
          }
        });
  }

  private Bootstrap bootstrap() {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(pool.loop())
            .channel(pool.transport().connector())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // ours is for all of it
            .option(ChannelOption.AUTO_CLOSE, false) // what was sent before a reset is still read
            .handler(new Beginning());
    pool.transport().configure(bootstrap);
    return bootstrap;
  }

  private void agree(Channel connected) {
    if (address.isSecure()) {
      SslHandler tls = pool.newTls(connected.alloc());
      connected.pipeline().addFirst(tls);
    } else if (pool.options().protocol() == ReverseProxyOptions.Protocol.HTTP_2) {
      http2(connected);
    } else {
      http1(connected);
    }
  }

  private void http1(Channel connected) {
    UpstreamDecoder decoder = new UpstreamDecoder(MAX_HEAD_BYTES);
    Http1Upstream connection = new Http1Upstream(pool, connected, decoder);
    connected.pipeline().addLast(decoder, new HttpRequestEncoder(), connection);
    ready(connected, connection, false);
  }

  /// RFC 9113 §3.4. Without server push, and without a limit to the resets that we send: the pool
  /// sees to it.
  private void http2(Channel connected) {
    connected.config().setAutoClose(true);
    Http2FrameCodec codec =
        Http2FrameCodecBuilder.forClient()
            .initialSettings(
                Http2Settings.defaultSettings()
                    .pushEnabled(false)
                    .initialWindowSize(STREAM_WINDOW)
                    .maxHeaderListSize(MAX_HEAD_BYTES))
            .encoderEnforceMaxRstFramesPerWindow(0, 0)
            .gracefulShutdownTimeoutMillis(0)
            .build();
    Http2Upstream[] made = new Http2Upstream[1];
    Http2Upstream connection =
        new Http2Upstream(pool, connected, codec, () -> ready(connected, made[0], true));
    made[0] = connection;
    connected
        .pipeline()
        .addLast(codec, new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()), connection);
    Http2Windows.open(codec, CONNECTION_WINDOW);
  }

  private void ready(Channel connected, UpstreamConnection connection, boolean many) {
    if (!over) {
      end();
      connected.pipeline().remove(Beginning.class);
      pool.ready(this, connection, many);
    }
  }

  /// Nobody waits for it any more.
  void giveUp() {
    end();
    if (channel != null) {
      var _ = channel.close();
    }
  }

  private void fail(int status, String what, @Nullable Throwable cause) {
    if (!over) {
      giveUp();
      pool.failed(this, status, what, cause);
    }
  }

  private void end() {
    over = true;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  /// Stands in a connection's pipeline until it is ready.
  private final class Beginning extends ChannelInboundHandlerAdapter {

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake) {
        if (handshake.isSuccess()) {
          agreed(ctx.channel());
        } else {
          fail(502, "cannot be connected to by TLS", handshake.cause());
        }
      }
      ctx.fireUserEventTriggered(event);
    }

    private void agreed(Channel connected) {
      String chosen = connected.pipeline().get(SslHandler.class).applicationProtocol();
      if (ApplicationProtocolNames.HTTP_2.equals(chosen)) {
        http2(connected);
      } else if (pool.options().protocol() == ReverseProxyOptions.Protocol.HTTP_2) {
        fail(502, "does not speak HTTP/2", null);
      } else {
        http1(connected);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      fail(502, "broke off the connection before it was ready", cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      fail(502, "closed the connection before it was ready", null);
      ctx.fireChannelInactive();
    }
  }
}
