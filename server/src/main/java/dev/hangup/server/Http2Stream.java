package dev.hangup.server;

import dev.hangup.CancelReason;
import dev.hangup.Observability;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 stream: one request and its answer. A RST_STREAM cancels it and no other; a lost
/// connection cancels it with all the others.
///
/// All fields belong to the event loop; other threads come in through [#send], [#cut], [#consumed]
/// and [#ended].
final class Http2Stream extends ChannelInboundHandlerAdapter implements Wire {
  private static final int SHORT = 16 << 10; // one frame

  private final Http2Connection connection;
  private final Channel channel;
  private @Nullable Exchange exchange;
  private boolean over;
  private boolean asked; // whether the window should be wider
  private boolean widened;

  // Any thread
  private volatile boolean received; // the whole request
  private volatile boolean answering;
  private volatile boolean gathers;

  Http2Stream(Http2Connection connection, Channel channel) {
    this.connection = connection;
    this.channel = channel;
  }

  // What comes in

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    connection.add(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpRequest head && exchange == null) {
        Http2RequestCheck.clean(head);
        HttpException refusal = RequestRules.check(head, connection.context().options());
        exchange = new Exchange(connection.context(), this, head, refusal);
        head.headers().remove(HttpHeaderNames.TRANSFER_ENCODING); // the codec's, for our framing
        exchange.start();
      }
      if (message instanceof HttpContent content && exchange != null) {
        content(exchange, content);
      }
      if (!received) {
        updateReading(); // past the budget not one frame more
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void content(Exchange receiving, HttpContent content) {
    if (content.content().isReadable()) {
      receiving.offer(content.content().retain());
    }
    if (content instanceof LastHttpContent last) {
      received = true;
      receiving.body().complete(last.trailingHeaders());
    } else if (!asked && !over && receiving.body().received() > SHORT) {
      asked = true;
      widened = connection.windows().widen(((Http2StreamChannel) channel).stream().id());
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    updateReading();
  }

  /// What is not read keeps its part of the window: the client waits. A reset is heard all the
  /// same. A handler that takes the last bytes while reading is being paused may not see that it
  /// is: so whoever pauses looks again.
  private void updateReading() {
    boolean read = mayRead();
    if (channel.config().isAutoRead() != read) {
      channel.config().setAutoRead(read);
      if (!read && mayRead()) {
        channel.config().setAutoRead(true);
      }
    }
  }

  private boolean mayRead() {
    if (exchange == null) {
      return true;
    }
    ReadAhead readAhead = connection.context().readAhead();
    return readAhead.isUsedUp()
        ? exchange.body().isWanted()
        : exchange.body().unread() < readAhead.perRequest();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof Http2ResetFrame reset) {
      lost(new CancelReason.StreamReset(reset.errorCode()));
    }
    ReferenceCountUtil.release(event);
  }

  /// What the codecs could not take: the client is told which rule it broke, RFC 9113 §5.4.2.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    connection.context().noted("a stream failed", cause);
    lost(new CancelReason.Application("the stream failed: " + cause.getMessage()));
    reset(errorOf(cause), _ -> {});
  }

  private Http2Error errorOf(Throwable cause) {
    if (cause instanceof Http2Exception broken) {
      return broken.error();
    }
    return exchange == null ? Http2Error.PROTOCOL_ERROR : Http2Error.INTERNAL_ERROR;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    lost(connection.leaving());
    end();
  }

  /// The client, or the whole connection, is gone.
  void lost(CancelReason reason) {
    if (exchange != null) {
      exchange.hangUp(reason);
    }
  }

  void look() {
    if (exchange != null) {
      exchange.look();
    }
  }

  /// The server stops.
  void stop() {
    if (exchange != null) {
      exchange.stop();
    }
  }

  private void end() {
    if (!over) {
      over = true;
      if (widened) {
        connection.windows().narrow();
      }
      connection.remove(this);
    }
  }

  // What the exchange asks for

  @Override
  public InetSocketAddress peer() {
    return connection.peer();
  }

  @Override
  public Channel socket() {
    return channel.parent();
  }

  @Override
  public String protocol(HttpRequest head) {
    return "HTTP/2.0";
  }

  @Override
  public boolean isSecure() {
    return connection.isSecure();
  }

  @Override
  public boolean canChunk() {
    return true;
  }

  /// The connection is read whatever its streams do.
  @Override
  public Observability observability() {
    return Observability.FULL;
  }

  @Override
  public List<Gate> gates() {
    return connection.gates();
  }

  @Override
  public void execute(Runnable task) {
    connection.context().later(channel, task);
  }

  @Override
  public void send(HttpObject part, ChannelFutureListener sent) {
    if (gathers()) {
      connection
          .batch()
          .add(() -> {
            var _ = channel.write(part, channel.newPromise().addListener(sent));
          });
    } else {
      var _ = channel.writeAndFlush(part, channel.newPromise().addListener(sent));
    }
  }

  @Override
  public void cut(ChannelFutureListener done) {
    reset(Http2Error.INTERNAL_ERROR, done);
  }

  private void reset(Http2Error error, ChannelFutureListener done) {
    onLoop(() -> {
      var _ = channel.writeAndFlush(new DefaultHttp2ResetFrame(error));
      var _ = channel.close().addListener(done);
    });
  }

  /// After what was sent before, or at once where this is the event loop: the codec closes a stream
  /// that broke a rule.
  private void onLoop(Runnable task) {
    if (gathers() && !channel.eventLoop().inEventLoop()) {
      connection.batch().add(task);
    } else {
      connection.context().onLoop(channel, task);
    }
  }

  /// Whether what is sent gathers with that of other streams: where the request was whole before
  /// its answer began. An answer that comes before goes out at once, for Netty's codec miscounts
  /// the connection's window where it meets what is still being read.
  private boolean gathers() {
    if (!answering) {
      gathers = received;
      answering = true;
    }
    return gathers;
  }

  @Override
  public void consumed() {
    if (!channel.config().isAutoRead()) {
      connection.context().onLoop(channel, this::updateReading);
    }
  }

  /// An answer that needed not all of the request asks the client to stop sending: RFC 9113 §8.1.
  /// But not at once: there are clients that lose the answer when the reset meets their sending.
  /// Those that stop by themselves need not be asked.
  @Override
  public void ended(Exchange ending, boolean reusable) {
    onLoop(() -> {
      if (channel.isActive() && !received) {
        updateReading(); // what nobody wants is dropped, and gives its window back
        var _ = channel.eventLoop().schedule(this::askToStop, 1, TimeUnit.SECONDS);
      }
      end();
    });
  }

  private void askToStop() {
    if (channel.isActive() && !received) {
      reset(Http2Error.NO_ERROR, _ -> {});
    }
  }
}
