package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.server.EngineConnection.Signal;
import dev.hangup.server.EngineConnection.Signals;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// What an engine's connection does by its clock, without any engine.
class EngineConnectionTest {
  private final List<Signal> said = new ArrayList<>();

  private static ServerContext context(UnaryOperator<ServerOptions> options) {
    return new ServerContext((_, _) -> {}, options.apply(ServerOptions.DEFAULTS));
  }

  private static EngineConnection connect(
      ServerContext context, EmbeddedChannel channel, Signals signals) {
    return new EngineConnection(context, channel, new InetSocketAddress(0), signals);
  }

  @Test
  void handshakeThatDoesNotEndIsGivenUp() {
    for (boolean ends : List.of(false, true)) {
      EmbeddedChannel channel =
          new EmbeddedChannel() {
            @Override
            public boolean isActive() {
              return false;
            }
          };
      channel.freezeTime();
      ServerContext context = context(o -> o.withHeaderTimeout(Duration.ofSeconds(3)));
      channel.pipeline().addLast(connect(context, channel, (_, _) -> {}));
      advance(channel, 2);
      assertThat(channel.isOpen()).isTrue();
      if (ends) {
        channel.pipeline().fireChannelActive();
      }
      advance(channel, 2);
      assertThat(channel.isOpen()).isEqualTo(ends);
    }
  }

  /// The server told the connections that it had, and this one did not stand in its pipeline yet.
  @Test
  void drainIsNotMissed() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    ServerContext context = context(o -> o);
    EngineConnection connection = connect(context, channel, (signal, _) -> said.add(signal));
    assertThat(context.drain()).isTrue();
    channel.pipeline().addLast(connection);
    assertThat(said).containsExactly(Signal.SOON);
    advance(channel, 1);
    assertThat(said).containsExactly(Signal.SOON, Signal.GO_AWAY);
  }

  private static void advance(EmbeddedChannel channel, int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  /// Its answers wait to be read when the server goes on.
  @Test
  void clientIsNotMissedForAStallOfTheServer() {
    EmbeddedChannel channel = new EmbeddedChannel();
    Signals stalls =
        (signal, _) -> {
          said.add(signal);
          if (said.size() == 1) {
            stall(Duration.ofMillis(1_500));
          }
        };
    ServerContext context = context(o -> o.withLiveness(Duration.ofSeconds(1)));
    EngineConnection connection = connect(context, channel, stalls);
    AtomicLong packets = new AtomicLong();
    connection.watch(packets::get);
    EmbeddedChannel stream = new EmbeddedChannel();
    stream.pipeline().addLast(connection.stream(stream, "test"));

    run(channel, () -> said.size() == 2);
    assertThat(said).containsExactly(Signal.ARE_YOU_THERE, Signal.ARE_YOU_THERE);
    packets.incrementAndGet();
    run(channel, () -> said.contains(Signal.CLOSE)); // after a silence that is one
  }

  private static void stall(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  private static void run(EmbeddedChannel channel, BooleanSupplier until) {
    Harness.await(
        "the loop has come so far",
        () -> {
          channel.runScheduledPendingTasks();
          return until.getAsBoolean();
        });
  }
}
