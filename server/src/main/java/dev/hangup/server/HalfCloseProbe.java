package dev.hangup.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.TimeUnit;

/// Finds out whether a client that has ended its sending still waits ([HalfClose#PROBE]).
///
/// ```
/// FIN ──▶ 102 ──look after 0, 0.1, 0.2, 0.4 … ms──▶ reset: gone
///          ▲           └──a window is over──┐
///          └─────────── at most five ───────┘
/// ```
///
/// A hop of TCP passes the first probe on and takes the client's reset for itself; a later one
/// meets a reset of the hop's own. How far behind it the client is cannot be seen, so the windows
/// grow: one that is near is heard after 5 or 30 ms, one farther away by the probe after 155 ms or
/// 1.2 s.
///
/// After a FIN neither reading nor a selector tells of the reset: the socket's state does (epoll),
/// or the next write that fails (NIO too). All fields belong to the event loop.
final class HalfCloseProbe {
  static final int TCP_CLOSE = 7; // Linux: include/net/tcp_states.h
  private static final long SHORTEST_PAUSE = 100;
  private static final long LONGEST_PAUSE = 200_000;

  /// After each probe, in milliseconds, or one and a half round trips if they are longer. The last
  /// two see a client that leaves later. Go's client takes five interim responses, the JDK's eight.
  private static final long[] WINDOWS = {5, 25, 125, 1_000, 5_000};

  private final Http1Connection connection;
  private final Channel channel;
  private int probes;
  private long windowEnd;

  HalfCloseProbe(Http1Connection connection, Channel channel) {
    this.connection = connection;
    this.channel = channel;
  }

  void probe() {
    if (probes == WINDOWS.length || !connection.mayProbe()) {
      return;
    }
    long millis = Math.max(WINDOWS[probes], roundTripMillis() * 3 / 2);
    windowEnd = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    probes++;
    var _ =
        channel
            .writeAndFlush(
                new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.PROCESSING, Unpooled.EMPTY_BUFFER))
            .addListener(future -> {
              if (!future.isSuccess()) {
                connection.close();
              }
            });
    lookAfter(0); // one on this machine has answered already
  }

  private void lookAfter(long micros) {
    var _ = channel.eventLoop().schedule(() -> look(micros), micros, TimeUnit.MICROSECONDS);
  }

  private void look(long lastMicros) {
    if (!channel.isOpen() || !connection.mayProbe()) {
      return;
    }
    if (isReset()) {
      connection.close();
      return;
    }
    long left = TimeUnit.NANOSECONDS.toMicros(windowEnd - System.nanoTime());
    if (left <= 0) {
      probe();
    } else {
      lookAfter(Math.min(Math.clamp(2 * lastMicros, SHORTEST_PAUSE, LONGEST_PAUSE), left));
    }
  }

  private boolean isReset() {
    return channel instanceof EpollSocketChannel socket && socket.tcpInfo().state() == TCP_CLOSE;
  }

  private long roundTripMillis() {
    return channel instanceof EpollSocketChannel socket ? socket.tcpInfo().rtt() / 1_000 : 0;
  }
}
