package dev.hangup.server;

import dev.hangup.CancelReason;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection: RFC 9113. Each stream has an exchange of its own, see [Http2Stream].
///
/// **It stands first in the pipeline**, before the codec: a lost connection is told to every stream
/// by us, at once, since the multiplexer holds it back from a stream that has unread frames. A
/// GOAWAY is the client's promise to begin nothing new, and cancels nothing. All fields belong to
/// the event loop.
final class Http2Connection extends ChannelInboundHandlerAdapter {
  /// In which so many resets may be received, and as many provoked: a bound for CVE-2023-44487 and
  /// CVE-2025-8671.
  private static final int RESETS_SECONDS = 30;

  private static final int LINGER_SECONDS = 5;

  /// Acknowledgements and resets that wait for a client that does not read: each takes some hundred
  /// bytes, and Netty would let 10,000 wait on every connection.
  private static final int MAX_UNREAD_CONTROL_FRAMES = 1_000;

  /// What was on its way when the client heard of the drain has come by then.
  private static final long DRAIN_MILLIS = 500;

  private final ServerContext context;
  private final Channel channel;
  private final InetSocketAddress peer;
  private final boolean secure;
  private final Set<Http2Stream> live = new LinkedHashSet<>();
  private final List<Gate> gates;
  private final ResetWatch resets;
  private final Http2Ping ping = new Http2Ping();
  private final Pulse pulse;
  private final FlushBatch batch;
  private CancelReason leaving = new CancelReason.ClientClosed();
  private @Nullable Future<?> timer;
  private @Nullable Http2Windows windows;
  private boolean goingAway;
  private boolean lingering;

  Http2Connection(ServerContext context, Channel channel) {
    this.context = context;
    this.channel = channel;
    this.gates = context.connectionGates();
    this.resets = channel.pipeline().get(ResetWatch.class);
    this.peer = (InetSocketAddress) channel.remoteAddress();
    this.pulse = new Pulse(context, channel, ping, this::lost, this::look);
    this.batch = new FlushBatch(context, channel);
    this.secure = channel.pipeline().get(SslHandler.class) != null;
  }

  void addTo(ChannelPipeline pipeline) {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    ServerOptions options = context.options();
    Http2FrameCodec codec =
        new Http2CodecBuilder()
            .initialSettings(
                Http2Settings.defaultSettings()
                    .maxConcurrentStreams(options.maxStreams())
                    .initialWindowSize(Http2Windows.LEAST)
                    .maxHeaderListSize(options.maxHeaderBytes()))
            .decoderEnforceMaxRstFramesPerWindow(options.maxResets(), RESETS_SECONDS)
            .encoderEnforceMaxRstFramesPerWindow(options.maxResets(), RESETS_SECONDS)
            .encoderEnforceMaxQueuedControlFrames(MAX_UNREAD_CONTROL_FRAMES)
            .gracefulShutdownTimeoutMillis(0) // a close is one: we wait before, where we want to
            .build();
    pipeline.addLast(
        this, codec, ping, new Http2MultiplexHandler(new Streams(this)), new Rest(context));
    windows = new Http2Windows(context.readAhead(), codec);
    idle();
    if (context.isDraining()) {
      drain();
    }
  }

  InetSocketAddress peer() {
    return peer;
  }

  boolean isSecure() {
    return secure;
  }

  // What happens to the connection

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (lingering) {
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent || event instanceof ChannelInputShutdownEvent) {
      tell(leaving()); // before the socket is closed
      var _ = channel.close(); // who cannot send cannot acknowledge: HTTP/2 has no half-close
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
      lost(pulse.lost(cause)); // before the codec, closing, ends the streams one by one
      var _ = channel.close();
    } else {
      ctx.fireExceptionCaught(cause); // the codec's to answer
    }
  }

  private void lost(CancelReason reason) {
    leaving = reason;
    tell(reason);
  }

  /// Why the client is gone, as far as is known.
  CancelReason leaving() {
    boolean closed = leaving instanceof CancelReason.ClientClosed;
    return closed && resets.hasMetReset() ? new CancelReason.ClientReset() : leaving;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    tell(context.isStopping() ? new CancelReason.ServerStopping() : leaving());
    if (timer != null) {
      timer.cancel(false);
    }
    if (windows != null) {
      windows.close();
    }
    ctx.fireChannelInactive();
  }

  private void look() {
    List.copyOf(live).forEach(Http2Stream::look);
  }

  private void tell(CancelReason reason) {
    List.copyOf(live).forEach(stream -> stream.lost(reason));
  }

  // Its streams

  void add(Http2Stream stream) {
    if (live.isEmpty()) {
      pulse.busy();
    }
    live.add(stream);
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  void remove(Http2Stream stream) {
    if (!live.remove(stream) || !live.isEmpty()) {
      return;
    }
    pulse.idle();
    if (channel.isActive()) {
      if (goingAway) {
        linger();
      } else {
        idle();
      }
    }
  }

  /// What its streams send.
  FlushBatch batch() {
    return batch;
  }

  /// What a client may send ahead.
  Http2Windows windows() {
    return Objects.requireNonNull(windows);
  }

  private void idle() {
    timer =
        channel
            .eventLoop()
            .schedule(
                this::goAway, context.options().idleTimeout().toNanos(), TimeUnit.NANOSECONDS);
  }

  /// The server stops: the client is to begin nothing new, and the running requests are told.
  void stop() {
    List.copyOf(live).forEach(Http2Stream::stop);
    goAway();
  }

  /// The server drains: the client is to begin nothing new, but what is on its way is still taken
  /// (RFC 9113 §6.8).
  void drain() {
    var _ =
        channel.writeAndFlush(
            new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(Integer.MAX_VALUE));
    var _ = channel.eventLoop().schedule(this::goAway, DRAIN_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void goAway() {
    if (goingAway || !channel.isActive()) {
      return;
    }
    goingAway = true;
    var _ = channel.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
    if (live.isEmpty()) {
      linger();
    }
  }

  /// Closes so that the client can read what it was sent: what it still sends is dropped for a
  /// while, since a close with unread bytes would be a reset, and lose the last answer.
  private void linger() {
    if (lingering) {
      return;
    }
    lingering = true;
    if (timer != null) {
      timer.cancel(false);
    }
    timer = channel.eventLoop().schedule(this::close, LINGER_SECONDS, TimeUnit.SECONDS);
    ChannelHandlerContext first = channel.pipeline().context(this);
    var _ = first.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> endOutput());
  }

  private void close() {
    var _ = channel.close();
  }

  private void endOutput() {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      var _ = ((DuplexChannel) channel).shutdownOutput();
    } else {
      var _ = tls.closeOutbound(); // sends close_notify; the client's own answer to it closes
    }
  }

  ServerContext context() {
    return context;
  }

  List<Gate> gates() {
    return gates;
  }

  /// Takes what concerns the connection and nobody has asked for: acknowledgements, a GOAWAY, an
  /// error that the codec has answered.
  private static final class Rest extends ChannelInboundHandlerAdapter {
    private final ServerContext context;

    Rest(ServerContext context) {
      this.context = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      ReferenceCountUtil.release(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      context.noted("an HTTP/2 connection met an error", cause);
    }
  }

  /// Sets up each new stream.
  private static final class Streams extends ChannelInitializer<Channel> {
    private final Http2Connection connection;

    Streams(Http2Connection connection) {
      this.connection = connection;
    }

    @Override
    protected void initChannel(Channel stream) {
      stream
          .pipeline()
          .addLast(new Http2RequestCheck())
          .addLast(new Http2StreamFrameToHttpObjectCodec(true))
          .addLast(new Http2Stream(connection, stream));
    }
  }
}
