package dev.hangup.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 connection to an upstream: one call after the other. Only the event loop.
final class Http1Upstream extends ChannelInboundHandlerAdapter implements UpstreamConnection {
  private final UpstreamPool pool;
  private final Channel channel;
  private final UpstreamDecoder decoder;
  private @Nullable UpstreamCall call;
  private @Nullable Future<?> idleTimer;
  private boolean served;
  private boolean keepAlive;
  private boolean torn;
  private boolean closing;

  Http1Upstream(UpstreamPool pool, Channel channel, UpstreamDecoder decoder) {
    this.pool = pool;
    this.channel = channel;
    this.decoder = decoder;
  }

  // What the pool asks for

  @Override
  public int room() {
    return call == null && !closing && channel.isActive() ? 1 : 0;
  }

  @Override
  public void begin(UpstreamCall beginning) {
    if (idleTimer != null) {
      idleTimer.cancel(false);
      idleTimer = null;
    }
    call = beginning;
    HttpRequest request = beginning.request();
    decoder.expect(request.method());
    if (request.headers().contains(HttpHeaderNames.TE)) { // RFC 9110 §10.1.4
      request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderNames.TE);
    }
    var _ =
        channel
            .writeAndFlush(beginning.isBodyless() ? whole(request) : request)
            .addListener(sent -> headSent(beginning, sent.cause()));
    beginning.carriedBy(
        channel, () -> channel.eventLoop().execute(() -> release(beginning)), this::reset);
  }

  /// What the connection did not take is told by reading, which knows better why.
  private void headSent(UpstreamCall sent, @Nullable Throwable failure) {
    if (failure != null && !(failure instanceof IOException)) {
      sent.fail(pool.broken(failure));
    }
  }

  static HttpRequest whole(HttpRequest head) {
    return new DefaultFullHttpRequest(
        head.protocolVersion(),
        head.method(),
        head.uri(),
        Unpooled.EMPTY_BUFFER,
        head.headers(),
        EmptyHttpHeaders.INSTANCE);
  }

  /// After all that came together with the end of the answer: what follows it unasked would be
  /// taken for the answer to the next call.
  private void release(UpstreamCall ended) {
    if (ended.isOver() || call != ended) {
      return;
    }
    ended.done();
    call = null;
    served = true;
    if (!keepAlive || !decoder.isClean() || !channel.isActive()) {
      close();
      return;
    }
    channel.config().setAutoRead(true);
    idleTimer = channel.eventLoop().schedule(this::close, pool.idleTimeout(), TimeUnit.NANOSECONDS);
    pool.place();
  }

  /// A reset is heard at once, though much that was sent may still wait to be read, TLS's farewell
  /// too, which is left out; and it leaves no doubt, as a FIN does (RFC 9112 §9.6).
  private void reset() {
    closing = true;
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      var _ = channel.pipeline().firstContext().close();
    }
  }

  @Override
  public void closeIfIdle() {
    if (call == null) {
      close();
    }
  }

  @Override
  public void close() {
    closing = true; // over TLS that takes a moment
    var _ = channel.close();
  }

  // What comes in

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      UpstreamCall current = call;
      if (current == null || current.isAnswered() || !(message instanceof HttpObject part)) {
        keepAlive = false;
        close(); // nobody has asked for it
        return;
      }
      if (message instanceof HttpResponse response) {
        keepAlive = HttpUtil.isKeepAlive(response) && !decoder.mayGoOn(response);
      }
      if (torn) {
        current.fail(pool.broken(null)); // what TLS did not end is not whole
      } else {
        current.received(part);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (call != null) {
      call.updateReading(channel);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent closed) {
      torn = !closed.isSuccess();
      close();
    }
    ReferenceCountUtil.release(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    lost(cause);
    close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (idleTimer != null) {
      idleTimer.cancel(false);
    }
    lost(null);
    pool.closed(this);
  }

  private void lost(@Nullable Throwable cause) {
    UpstreamCall current = call;
    if (current != null) {
      boolean stale = served && !decoder.isTouched() && current.isIdempotent();
      current.fail(pool.broken(cause), stale);
    }
  }
}
