package dev.hangup.server;

import dev.hangup.CancelReason;
import dev.hangup.Observability;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One HTTP/2 stream: one request and its answer. A RST_STREAM cancels it and no other; a lost
/// connection cancels it with all the others.
///
/// All fields belong to the event loop; other threads come in through [#send], [#cut], [#consumed]
/// and [#ended].
final class Http2Stream extends ChannelInboundHandlerAdapter implements Wire {
  private static final int SHORT = 16 << 10; // one frame

  private final Http2Connection connection;
  private final Channel channel;
  private final StreamIntake intake;
  private boolean over;
  private boolean asked; // whether the window should be wider
  private boolean widened;

  Http2Stream(Http2Connection connection, Channel channel) {
    this.connection = connection;
    this.channel = channel;
    this.intake = new StreamIntake(connection.context(), this, channel);
  }

  // What comes in

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    connection.add(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpRequest head) {
        Http2RequestCheck.clean(head);
      }
      intake.take(message);
      if (!intake.hasReceivedAll()) {
        widenIfLong();
        intake.updateReading(); // past the budget not one frame more
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void widenIfLong() {
    Exchange receiving = intake.exchange();
    if (!asked && !over && receiving != null && receiving.body().received() > SHORT) {
      asked = true;
      widened = connection.windows().widen(((Http2StreamChannel) channel).stream().id());
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    intake.updateReading();
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
    return intake.exchange() == null ? Http2Error.PROTOCOL_ERROR : Http2Error.INTERNAL_ERROR;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    lost(connection.leaving());
    end();
  }

  /// The client, or the whole connection, is gone.
  void lost(CancelReason reason) {
    intake.lost(reason);
  }

  void look() {
    intake.look();
  }

  /// The server stops.
  void stop() {
    intake.stop();
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
    connection
        .batch()
        .add(() -> {
          var _ = channel.write(part, channel.newPromise().addListener(sent));
        });
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
    if (channel.eventLoop().inEventLoop()) {
      task.run();
    } else {
      connection.batch().add(task);
    }
  }

  @Override
  public void consumed() {
    intake.consumed();
  }

  /// An answer that needed not all of the request asks the client to stop sending: RFC 9113 §8.1.
  /// But not at once: there are clients that lose the answer when the reset meets their sending.
  /// Those that stop by themselves need not be asked.
  @Override
  public void ended(Exchange ending, boolean reusable) {
    onLoop(() -> {
      if (channel.isActive() && !intake.hasReceivedAll()) {
        intake.updateReading(); // what nobody wants is dropped, and gives its window back
        var _ = channel.eventLoop().schedule(this::askToStop, 1, TimeUnit.SECONDS);
      }
      end();
    });
  }

  private void askToStop() {
    if (channel.isActive() && !intake.hasReceivedAll()) {
      reset(Http2Error.NO_ERROR, _ -> {});
    }
  }
}
