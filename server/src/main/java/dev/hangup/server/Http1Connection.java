package dev.hangup.server;

import dev.hangup.CancelReason;
import dev.hangup.Observability;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessageDecoderResult;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection: hands requests to exchanges one after the other, and hears the client
/// hang up.
///
/// **It reads on while a handler runs**, for what is not read cannot be heard: body bytes wait in
/// their exchange, pipelined requests are parked, both bounded by the read-ahead. Past it reading
/// pauses; epoll then still tells of a FIN or RST, NIO does not.
///
/// All fields belong to the event loop; other threads come in through [#send], [#cut], [#consumed]
/// and [#ended].
final class Http1Connection extends ChannelInboundHandlerAdapter implements Wire {
  private static final long HEAD_WEIGHT = 2 << 10;

  private final ServerContext context;
  private final Channel channel;
  private final InetSocketAddress peer;
  private final boolean secure;
  private final ResponseEncoder encoder;
  private final ConnectionTimeouts timeouts;
  private final Pulse pulse;

  private final ArrayDeque<Exchange> parked = new ArrayDeque<>(2);
  private long parkedBytes;
  private @Nullable Exchange current;
  private @Nullable Exchange receiving;
  private HttpVersion version = HttpVersion.HTTP_1_1;
  private final ResetWatch resets;
  private CancelReason leaving = new CancelReason.ClientClosed();
  private HalfClose halfClose = HalfClose.CANCEL;
  private boolean inputEnded;
  private boolean deaf;
  private boolean lingering;

  Http1Connection(ServerContext context, Channel channel, ResponseEncoder encoder) {
    this.context = context;
    this.channel = channel;
    this.resets = channel.pipeline().get(ResetWatch.class);
    this.peer = (InetSocketAddress) channel.remoteAddress(); // a closed socket may not know it
    this.secure = channel.pipeline().get(SslHandler.class) != null;
    this.encoder = encoder;
    this.timeouts = new ConnectionTimeouts(this, channel, context.options());
    this.pulse = new Pulse(context, channel, null, reason -> leaving = reason, this::look);
  }

  private void look() {
    if (current != null) {
      current.look();
    }
  }

  ConnectionTimeouts timeouts() {
    return timeouts;
  }

  // What comes in

  /// The connection was found to speak HTTP/1.1.
  void begin() {
    halfClose = secure ? HalfClose.CANCEL : context.options().halfClose();
    // Also where a FIN means gone: the handler is told before the socket is closed.
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    timeouts.idle();
    if (context.isDraining()) {
      drain();
    }
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
    if (head.decoderResult().cause() instanceof PrematureChannelClosureException) {
      return; // no request: the client left in the middle of the head
    }
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
      park(exchange);
    }
  }

  private void start(Exchange exchange, @Nullable HttpRequest head) {
    current = exchange;
    if (head != null) {
      version = head.protocolVersion();
    }
    pulse.busy();
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
      exchange.refuse(RequestRules.malformedBody(content.decoderResult().cause()));
      if (current == null) {
        linger(); // it was answered before
      }
      return;
    }
    if (content.content().isReadable()) {
      offer(exchange, content.content().retain());
    }
    if (content instanceof LastHttpContent last) {
      exchange.body().complete(last.trailingHeaders());
    }
  }

  private void offer(Exchange exchange, ByteBuf bytes) {
    long before = exchange.body().unread();
    exchange.offer(bytes);
    if (exchange != current && !parked.isEmpty()) {
      parkedBytes += exchange.body().unread() - before;
    }
    updateReading();
  }

  /// Whether the next byte belongs to a body.
  boolean isReceivingBody() {
    return receiving != null && !receiving.body().isComplete();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    updateReading();
    timeouts.readComplete(current == null && !lingering);
  }

  /// A handler that takes the last bytes while reading is being paused may not see that it is: so
  /// whoever pauses looks again.
  private void updateReading() {
    if (lingering) {
      return;
    }
    boolean read = mayRead();
    if (channel.config().isAutoRead() != read) {
      channel.config().setAutoRead(read);
      if (!read && mayRead()) {
        channel.config().setAutoRead(true);
      }
    }
  }

  private boolean mayRead() {
    long unread = current == null ? 0 : current.body().unread();
    return parkedBytes + unread < context.readAhead().allowance();
  }

  /// RFC 8446 §6.1 lets TLS be half-closed, but clients that do so and wait fail: it means gone.
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent) {
      close();
    } else if (event instanceof ChannelInputShutdownEvent) {
      halfClosed();
    }
    ReferenceCountUtil.release(event);
  }

  /// The client has ended its sending. Does it still wait?
  private void halfClosed() {
    inputEnded = true;
    if (current == null || isReceivingBody() || halfClose == HalfClose.CANCEL) {
      close();
    } else if (halfClose == HalfClose.PROBE) {
      if (mayProbe()) {
        new HalfCloseProbe(this, channel).probe();
      } else if (!current.canBeFinished()) {
        close();
      }
    }
  }

  /// No interim response is for HTTP/1.0 (RFC 9110 §15.2), nor comes after the final one has begun.
  boolean mayProbe() {
    return current != null && canChunk() && current.isUnanswered();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
      if (!inputEnded) {
        leaving = pulse.lost(cause); // no orderly end of the stream
      }
    } else {
      context.connectionFailed(cause);
      leaving = new CancelReason.Application("the connection failed: " + cause);
    }
    close();
  }

  private CancelReason leaving() {
    boolean closed = leaving instanceof CancelReason.ClientClosed;
    // After a FIN, a reset is but its echo: the client's answer to a probe.
    return closed && !inputEnded && resets.hasMetReset() ? new CancelReason.ClientReset() : leaving;
  }

  private CancelReason reason() {
    return context.isStopping() ? new CancelReason.ServerStopping() : leaving();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    timeouts.cancel();
    deaf = true;
    CancelReason reason = reason();
    if (current != null) {
      current.hangUp(reason);
    }
    for (Exchange next = unpark(); next != null; next = unpark()) {
      next.hangUp(reason);
    }
  }

  // Requests that wait for their turn

  private void park(Exchange exchange) {
    parked.add(exchange);
    parkedBytes += weight(exchange);
    context.readAhead().take(weight(exchange));
    updateReading();
  }

  /// What a request weighs while it waits, besides its body.
  private static long weight(Exchange waiting) {
    return waiting.head().decoderResult() instanceof HttpMessageDecoderResult sizes
        ? HEAD_WEIGHT + sizes.totalSize()
        : HEAD_WEIGHT;
  }

  private @Nullable Exchange unpark() {
    Exchange next = parked.poll();
    if (next != null) {
      parkedBytes -= weight(next) + next.body().unread();
      context.readAhead().give(weight(next));
    }
    return next;
  }

  // What the exchanges ask for

  @Override
  public InetSocketAddress peer() {
    return peer;
  }

  @Override
  public Channel socket() {
    return channel;
  }

  @Override
  public String protocol(HttpRequest head) {
    return head.protocolVersion().text();
  }

  @Override
  public boolean isSecure() {
    return secure;
  }

  @Override
  public boolean canChunk() {
    return version.compareTo(HttpVersion.HTTP_1_1) >= 0;
  }

  /// What is not read hides a FIN, and on NIO a reset too; after a FIN nothing tells that the
  /// socket was closed but an answer to what we send.
  @Override
  public Observability observability() {
    boolean hears =
        channel.config().isAutoRead()
            && !((DuplexChannel) channel).isInputShutdown()
            && halfClose != HalfClose.IGNORE;
    return hears ? Observability.FULL : Observability.WRITE_ONLY;
  }

  @Override
  public List<Gate> gates() {
    return context.gates();
  }

  @Override
  public void execute(Runnable task) {
    context.later(channel, task);
  }

  @Override
  public void send(HttpObject part, ChannelFutureListener sent) {
    // The listener first: added later, it could miss an event loop that has stopped meanwhile.
    var _ = channel.writeAndFlush(part, channel.newPromise().addListener(sent));
  }

  /// A body without chunks or length ends with the connection: only a reset tells that it was cut.
  @Override
  public void cut(ChannelFutureListener done) {
    context.onLoop(
        channel,
        () -> {
          if (!canChunk() && channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
          }
          var _ = channel.close().addListener(done);
        });
  }

  @Override
  public void consumed() {
    if (!channel.config().isAutoRead()) {
      context.onLoop(channel, this::updateReading);
    }
  }

  @Override
  public void ended(Exchange exchange, boolean reusable) {
    context.onLoop(channel, () -> next(exchange, reusable));
  }

  private void next(Exchange exchange, boolean reusable) {
    if (exchange != current) {
      return; // a parked one whose client left
    }
    current = null;
    pulse.idle();
    if (!channel.isActive()) {
      return;
    }
    if (!reusable || context.isStopping()) {
      linger();
      return;
    }
    Exchange following = unpark();
    if (following != null) {
      start(following, following.head());
    } else if (inputEnded) {
      close();
    } else {
      timeouts.idle();
    }
    updateReading();
  }

  /// Closes so that the client can read the answer: what it still sends is read and dropped for a
  /// while, since a close with unread bytes would be a reset (RFC 9112 §9.6). Requests that wait
  /// are not handled, as §9.3.2 has it, and so not logged.
  private void linger() {
    lingering = true;
    deaf = true;
    for (Exchange next = unpark(); next != null; next = unpark()) {
      next.drop();
    }
    if (inputEnded) {
      close();
      return;
    }
    timeouts.linger();
    channel.config().setAutoRead(true);
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      var _ = ((DuplexChannel) channel).shutdownOutput();
    } else {
      var _ = tls.closeOutbound(); // sends close_notify; the client's own answer to it closes
    }
  }

  /// The handler is told first: it need not wait until the socket is closed.
  void close() {
    if (current != null) {
      current.hangUp(reason());
    }
    var _ = channel.close();
  }

  /// The server drains: no request follows the one that runs, or that is on its way.
  void drain() {
    timeouts.drain();
  }

  /// The server stops: no request follows the one that runs, and that one is told.
  void stop() {
    if (current != null) {
      current.stop();
    } else if (!lingering) {
      close();
    }
  }

  /// The time for a request's head is over: RFC 9110 §15.5.9.
  void headTimedOut() {
    deaf = true;
    HttpException late = new HttpException(408, "the request's head took too long");
    HttpRequest nothing =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.GET, "-", Unpooled.EMPTY_BUFFER);
    nothing.setDecoderResult(DecoderResult.failure(late));
    start(new Exchange(context, this, nothing, late), null);
  }
}
