package dev.hangup.server;

import dev.hangup.CancelReason;
import dev.hangup.Observability;
import dev.hangup.server.EngineConnection.Signal;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One stream of an engine's connection: one request and its answer.
///
/// All fields belong to the event loop; other threads come in through [#send], [#cut], [#consumed]
/// and [#ended].
final class EngineStream extends ChannelInboundHandlerAdapter implements Wire {
  private final EngineConnection connection;
  private final Channel channel;
  private final String protocol;
  private final StreamIntake intake;
  private final long begun = System.nanoTime();
  private boolean reset;

  EngineStream(EngineConnection connection, Channel channel, String protocol) {
    this.connection = connection;
    this.channel = channel;
    this.protocol = protocol;
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
      intake.take(message);
      if (!intake.hasReceivedAll()) {
        intake.updateReading(); // past the budget not one frame more
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    intake.updateReading();
  }

  /// The client has given up the stream, or only the rest of its request: then an answer that is
  /// complete still goes out.
  ///
  /// @return whether that is news
  boolean reset(CancelReason reason, boolean deaf) {
    if (reset || !channel.isActive()) {
      return false;
    }
    Exchange exchange = intake.exchange();
    boolean isAnswered = exchange != null && exchange.isAnswered();
    reset = deaf || !isAnswered;
    lost(reason);
    if (reset) {
      close(Signal.GIVEN_UP, _ -> {}); // what is still to be written would wait for ever
    }
    return reset;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    connection.context().noted("a stream failed", cause);
    lost(new CancelReason.Application("the stream failed: " + cause.getMessage()));
    close(intake.exchange() == null ? Signal.MALFORMED : Signal.BROKEN, _ -> {});
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    lost(connection.leaving());
    connection.remove(this);
  }

  /// The client, or the whole connection, is gone.
  void lost(CancelReason reason) {
    intake.lost(reason);
  }

  /// Whoever opens streams and sends no heads would keep them, and the connection, for ever.
  void look() {
    long headNanos = connection.context().options().headerTimeout().toNanos();
    if (intake.exchange() == null && System.nanoTime() - begun > headNanos) {
      close(Signal.MALFORMED, _ -> {});
    } else {
      intake.look();
    }
  }

  /// The server stops.
  void stop() {
    intake.stop();
  }

  Channel channel() {
    return channel;
  }

  // What the exchange asks for

  @Override
  public InetSocketAddress peer() {
    return connection.peer();
  }

  @Override
  public Channel socket() {
    return connection.channel();
  }

  @Override
  public String protocol(HttpRequest head) {
    return protocol;
  }

  @Override
  public boolean isSecure() {
    return true;
  }

  @Override
  public boolean canChunk() {
    return true;
  }

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
    var _ = channel.writeAndFlush(part, channel.newPromise().addListener(sent));
  }

  @Override
  public void cut(ChannelFutureListener done) {
    connection.context().onLoop(channel, () -> close(Signal.BROKEN, done));
  }

  private void close(Signal why, ChannelFutureListener done) {
    boolean told = channel.isActive();
    if (told) {
      connection.signals().send(why, channel);
    }
    var _ = channel.close().addListener(done);
    if (told && why != Signal.GIVEN_UP) {
      connection.countProvoked();
    }
  }

  @Override
  public void consumed() {
    intake.consumed();
  }

  /// An answer that needed not all of the request asks the client to stop sending, unless it stops
  /// by itself.
  @Override
  public void ended(Exchange ending, boolean reusable) {
    connection.context().onLoop(channel, this::end);
  }

  private void end() {
    if (channel.isActive() && !intake.hasReceivedAll()) {
      intake.updateReading(); // what nobody wants is dropped
      var _ = channel.eventLoop().schedule(this::askToStop, 1, TimeUnit.SECONDS);
    }
    connection.remove(this);
  }

  private void askToStop() {
    if (channel.isActive() && !intake.hasReceivedAll()) {
      connection.signals().send(Signal.ENOUGH, channel);
    }
  }
}
