package dev.hangup.server;

import dev.hangup.CancelReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection: hands requests to exchanges one after the other, and hears the client
/// hang up.
///
/// **It reads on while a handler runs**, for what is not read cannot be heard: body bytes wait in
/// their exchange, pipelined requests are parked, both bounded by the read-ahead. Past it reading
/// pauses; epoll then still tells of a FIN or RST, NIO does not.
///
/// All fields belong to the event loop; other threads come in through [#send], [#consumed] and
/// [#ended].
final class Http1Connection extends ChannelInboundHandlerAdapter implements Wire {
  /// What a parked request weighs at the least, however short its head.
  private static final int PARKED_WEIGHT = 512;

  private static final long LINGER_MILLIS = 2_000;

  private final ServerContext context;
  private final Channel channel;
  private final ResponseEncoder encoder;
  private final ConnectionTimeouts timeouts;

  private final ArrayDeque<Exchange> parked = new ArrayDeque<>(2);
  private @Nullable Exchange current;
  private @Nullable Exchange receiving;
  private HttpVersion version = HttpVersion.HTTP_1_1;
  private boolean reset;
  private boolean deaf;
  private boolean lingering;

  Http1Connection(ServerContext context, Channel channel, ResponseEncoder encoder) {
    this.context = context;
    this.channel = channel;
    this.encoder = encoder;
    this.timeouts = new ConnectionTimeouts(this, channel, context.options());
  }

  ConnectionTimeouts timeouts() {
    return timeouts;
  }

  // What comes in

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    timeouts.idle();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (deaf) {
        return;
      }
      if (message instanceof HttpRequest head) {
        request(head);
      }
      if (message instanceof HttpContent content) {
        content(content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void request(HttpRequest head) {
    HttpException refusal = RequestRules.check(head, context.options());
    Exchange exchange = new Exchange(context, this, head, refusal);
    if (refusal != null) {
      deaf = true; // what follows may not be what it looks like
    }
    receiving = exchange;
    timeouts.busy();
    if (current == null) {
      start(exchange, head);
    } else {
      parked.add(exchange);
    }
  }

  private void start(Exchange exchange, @Nullable HttpRequest head) {
    current = exchange;
    if (head != null) {
      version = head.protocolVersion();
    }
    encoder.answersHead(exchange.isHead());
    exchange.start();
  }

  private void content(HttpContent content) {
    Exchange exchange = receiving;
    if (exchange == null) {
      return;
    }
    if (content.decoderResult().isFailure()) {
      deaf = true;
      exchange.malformed(RequestRules.malformedBody(content.decoderResult().cause()));
      return;
    }
    ByteBuf bytes = content.content();
    if (bytes.isReadable()) {
      exchange.offer(bytes.retain());
    }
    if (content instanceof LastHttpContent) {
      exchange.body().complete();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    updateReading();
    timeouts.readComplete(current == null && !lingering);
  }

  private void updateReading() {
    long waiting = (long) parked.size() * PARKED_WEIGHT;
    for (Exchange exchange : parked) {
      waiting += exchange.body().unread();
    }
    if (current != null) {
      waiting += current.body().unread();
    }
    boolean read = waiting < context.readAhead().allowance();
    if (channel.config().isAutoRead() != read) {
      channel.config().setAutoRead(read);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      reset = true; // no orderly end of stream: the connection was reset, or timed out
    } else {
      context.connectionFailed(cause);
    }
    close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    timeouts.cancel();
    CancelReason reason = reset ? new CancelReason.ClientReset() : new CancelReason.ClientClosed();
    if (current != null) {
      current.hangUp(reason);
    }
    parked.forEach(exchange -> exchange.hangUp(reason));
    parked.clear();
  }

  // What the exchanges ask for

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public boolean canChunk() {
    return version.compareTo(HttpVersion.HTTP_1_1) >= 0;
  }

  @Override
  public void send(HttpObject part, ChannelFutureListener sent) {
    var _ = channel.writeAndFlush(part).addListener(sent);
  }

  @Override
  public void consumed() {
    if (!channel.config().isAutoRead()) {
      channel.eventLoop().execute(this::updateReading);
    }
  }

  @Override
  public void ended(Exchange exchange, boolean reusable) {
    if (channel.eventLoop().inEventLoop()) {
      next(exchange, reusable);
    } else {
      channel.eventLoop().execute(() -> next(exchange, reusable));
    }
  }

  private void next(Exchange exchange, boolean reusable) {
    if (exchange != current) {
      return; // a parked one whose client left
    }
    current = null;
    if (!channel.isActive()) {
      return;
    }
    if (!reusable || context.isStopping()) {
      linger();
      return;
    }
    Exchange following = parked.poll();
    if (following != null) {
      start(following, following.head());
    } else {
      timeouts.idle();
    }
    updateReading();
  }

  /// Closes so that the client can read the answer: what it still sends is read and dropped for a
  /// while, since a close with unread bytes would be a reset (RFC 9112 §9.6).
  private void linger() {
    lingering = true;
    deaf = true;
    timeouts.cancel();
    channel.config().setAutoRead(true);
    var _ = ((DuplexChannel) channel).shutdownOutput();
    var _ = channel.eventLoop().schedule(this::close, LINGER_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void close() {
    var _ = channel.close();
  }

  /// The server stops: no request follows the one that runs, and that one is told.
  void stop() {
    if (current == null) {
      close();
    } else {
      current.cancel(new CancelReason.ServerStopping());
    }
  }

  /// The time for a request's head is over: RFC 9110 §15.5.9.
  void headTimedOut() {
    deaf = true;
    Exchange late =
        Exchange.refused(context, this, new HttpException(408, "the request's head took too long"));
    start(late, null);
  }
}
