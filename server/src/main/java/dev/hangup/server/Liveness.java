package dev.hangup.server;

import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollTcpInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// Looks after the clients of one event loop that wait for an answer, again and again while there
/// are any: are they still there, and fast enough? See [Pulse] and [Pace]. Only the event loop.
final class Liveness {
  private final ServerContext context;
  private final EventLoop loop;
  private final long limitMillis;
  private final EpollTcpInfo tcp = new EpollTcpInfo();
  private List<Pulse> watched = new ArrayList<>();
  private boolean ticking;

  Liveness(ServerContext context, EventLoop loop) {
    this.context = context;
    this.loop = loop;
    this.limitMillis = context.options().liveness().toMillis();
  }

  /// Whether clients are asked whether they live.
  boolean asks() {
    return limitMillis > 0;
  }

  Duration limit() {
    return Duration.ofMillis(limitMillis);
  }

  /// From one look to the next: a second, less where the limit is short.
  long tickMillis() {
    return asks() ? Math.clamp(limitMillis / 10, 100, 1_000) : 1_000;
  }

  /// Has the client asked from now on, again and again, each at a time of its own: a crowd that is
  /// asked all at once overruns the queues of the network, and does not seem to answer.
  void ask(Pulse pulse) {
    long every = 1_000L * TcpSilence.probeSeconds(limitMillis);
    var _ =
        loop.schedule(
            () -> probe(pulse), ThreadLocalRandom.current().nextLong(every), TimeUnit.MILLISECONDS);
  }

  void watch(Pulse pulse) {
    watched.add(pulse);
    if (!ticking) {
      ticking = true;
      schedule();
    }
  }

  private void schedule() {
    var _ = loop.schedule(this::tick, tickMillis(), TimeUnit.MILLISECONDS);
  }

  private void tick() {
    List<Pulse> all = watched;
    watched = new ArrayList<>(all.size());
    for (Pulse pulse : all) {
      if (isToBeWatched(pulse)) {
        watched.add(pulse);
      }
    }
    ticking = !watched.isEmpty();
    if (ticking) {
      schedule();
    }
  }

  private void probe(Pulse pulse) {
    try {
      pulse.probe();
    } catch (RuntimeException failure) {
      context.noted("a client could not be asked whether it lives", failure);
    }
  }

  private boolean isToBeWatched(Pulse pulse) {
    try {
      return pulse.look(tcp);
    } catch (RuntimeException failure) { // of one socket, and not to end the looks at the others
      context.noted("a connection could not be looked at", failure);
      pulse.forget();
      return false;
    }
  }
}
