package dev.hangup.server;

import dev.hangup.CancelReason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One connection of an [Engine] whose requests each have a stream of their own. It stands in the
/// connection's pipeline, where it hears that it was closed; the rest the engine tells.
///
/// **Cancellation**: a reset cancels its stream and no other, a lost connection all that it has.
///
/// **Thread safety**: only the connection's event loop.
public final class EngineConnection extends ChannelInboundHandlerAdapter {
  /// What was on its way when the client heard of the drain has come by then.
  private static final long DRAIN_MILLIS = 500;

  /// What of the last answer was lost on its way has been sent again by then; nothing is sent again
  /// by a connection that is closed.
  private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /// What the server has to say to a client, in whatever way the protocol has for it.
  public enum Signal {
    /// Of a connection: begin nothing new; what is on its way is still taken.
    SOON,
    /// Of a connection: what has not come yet is not taken any more.
    GO_AWAY,
    /// Of a connection: it is closed in good order.
    CLOSE,
    /// Of a connection: it is closed, for the client asks too much.
    CALM_DOWN,
    /// Of a connection: anything that the client has to acknowledge.
    ARE_YOU_THERE,
    /// Of a stream: its answer will never be whole.
    BROKEN,
    /// Of a stream: it makes no sense.
    MALFORMED,
    /// Of a stream: both ends give it up.
    GIVEN_UP,
    /// Of a stream: the rest of the request is not needed.
    ENOUGH
  }

  /// Says to a client what the server has to say.
  @FunctionalInterface
  public interface Signals {

    /// Sends a signal, after what was sent before. On the event loop.
    ///
    /// @param signal what is said
    /// @param channel of the connection, or of the stream
    void send(Signal signal, Channel channel);
  }

  private final ServerContext context;
  private final Channel channel;
  private final InetSocketAddress peer;
  private final Signals signals;
  private final List<Gate> gates;
  private final Set<EngineStream> live = new LinkedHashSet<>();
  private final ResetCount resets = new ResetCount();
  private final ResetCount provoked = new ResetCount();
  private final EnginePulse pulse;
  private CancelReason leaving = new CancelReason.ClientClosed();
  private @Nullable Future<?> timer;
  private boolean lost;
  private boolean goingAway;

  EngineConnection(
      ServerContext context, Channel channel, InetSocketAddress peer, Signals signals) {
    this.context = context;
    this.channel = channel;
    this.peer = peer;
    this.signals = signals;
    this.gates = context.connectionGates();
    this.pulse = new EnginePulse(context, this);
    if (channel.isActive()) {
      idle();
    } else { // a handshake that does not end would keep it for ever
      after(
          context.options().headerTimeout().toNanos(),
          () -> {
            var _ = channel.close();
          });
    }
  }

  // What the engine tells

  /// Takes a stream that begins.
  ///
  /// @param stream carries Netty's HTTP objects in both directions
  /// @param protocol as logs name it
  /// @return to be put last into its pipeline
  public ChannelHandler stream(Channel stream, String protocol) {
    return new EngineStream(this, stream, protocol);
  }

  /// The client has given up a stream, or sends no more of its request.
  ///
  /// @param stream the channel of it
  /// @param code the protocol's
  /// @param deaf whether the client reads no more of the answer, either
  public void reset(Channel stream, long code, boolean deaf) {
    EngineStream told = stream.pipeline().get(EngineStream.class);
    if (told != null && told.reset(new CancelReason.StreamReset(code), deaf)) {
      count(resets);
    }
  }

  /// The connection is lost, or will be soon.
  ///
  /// @param reason why; the first one holds
  public void lost(CancelReason reason) {
    if (!lost) {
      lost = true;
      leaving = reason;
      List.copyOf(live).forEach(stream -> stream.lost(reason));
    }
  }

  /// The protocol itself has given the client up, because nothing came from it.
  public void vanished() {
    lost(new CancelReason.PeerVanished(pulse.silence()));
  }

  /// Looks at all streams whose requests are under way.
  ///
  /// @param look called here and now
  public void forEachStream(Consumer<Channel> look) {
    List.copyOf(live).forEach(stream -> look.accept(stream.channel()));
  }

  /// Says by what it can be seen that the client lives; until then nobody asks.
  ///
  /// @param heard how many packets have come from it
  public void watch(LongSupplier heard) {
    pulse.watch(heard);
  }

  /// The server has reset a stream because of what the client does, or its handler failed.
  void countProvoked() {
    if (!context.isStopping()) { // which breaks off many at once
      count(provoked);
    }
  }

  private void count(ResetCount kind) {
    if (kind.isTooMany(context.options().maxResets()) && channel.isActive()) {
      signals.send(Signal.CALM_DOWN, channel);
    }
  }

  /// A server that began to drain before the connection stood here has missed it.
  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (context.isDraining()) {
      drain();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    idle();
    ctx.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    lost(context.isStopping() ? new CancelReason.ServerStopping() : leaving);
    stopTimer();
    ctx.fireChannelInactive();
  }

  // Its streams

  void add(EngineStream stream) {
    if (live.isEmpty()) {
      pulse.busy();
    }
    live.add(stream);
    stopTimer();
  }

  void remove(EngineStream stream) {
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

  boolean isBusy() {
    return !live.isEmpty();
  }

  void look() {
    List.copyOf(live).forEach(EngineStream::look);
  }

  // The connection

  private void idle() {
    after(context.options().idleTimeout().toNanos(), this::goAway);
  }

  private void after(long nanos, Runnable action) {
    stopTimer();
    timer = channel.eventLoop().schedule(action, nanos, TimeUnit.NANOSECONDS);
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /// The server stops: the client is to begin nothing new, and the running requests are told.
  void stop() {
    List.copyOf(live).forEach(EngineStream::stop);
    goAway();
  }

  /// The server drains: the client is to begin nothing new, but what is on its way is still taken.
  void drain() {
    signals.send(Signal.SOON, channel);
    var _ = channel.eventLoop().schedule(this::goAway, DRAIN_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void goAway() {
    if (goingAway) {
      return;
    }
    if (!channel.isActive()) {
      var _ = channel.close(); // its handshake is not over, and there is nobody to be told
      return;
    }
    goingAway = true;
    signals.send(Signal.GO_AWAY, channel);
    if (live.isEmpty()) {
      linger();
    }
  }

  private void linger() {
    after(LINGER_NANOS, this::close);
  }

  private void close() {
    signals.send(Signal.CLOSE, channel);
  }

  /// Why the client is gone, as far as is known.
  CancelReason leaving() {
    return leaving;
  }

  ServerContext context() {
    return context;
  }

  Channel channel() {
    return channel;
  }

  InetSocketAddress peer() {
    return peer;
  }

  List<Gate> gates() {
    return gates;
  }

  Signals signals() {
    return signals;
  }
}
