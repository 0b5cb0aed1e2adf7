package dev.hangup.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connections to one upstream, all on one event loop: it alone touches them, so there are no
/// locks. A call takes the first connection that has room, else waits for one, and as many are made
/// as the waiting calls need. The first ones are used most, so that those which are not needed any
/// more fall idle and are closed.
final class UpstreamPool implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger("dev.hangup.server");

  private final UpstreamAddress address;
  private final ReverseProxyOptions options;
  private final Transports transport;
  private final EventLoopGroup loops;
  private final EventLoop loop;
  private final @Nullable SslContext tls;

  // Only the event loop
  private final List<UpstreamConnection> connections = new ArrayList<>();
  private final Set<UpstreamDial> dials = new LinkedHashSet<>();
  private final Set<UpstreamCall> waiting = new LinkedHashSet<>();
  private boolean shared;
  private boolean closed;

  UpstreamPool(UpstreamAddress address, ReverseProxyOptions options) {
    this.address = address;
    this.options = options;
    this.transport = Transports.preferred();
    this.loops = transport.connectingLoop("hangup-proxy");
    this.loop = loops.next();
    this.tls = address.isSecure() ? UpstreamTls.of(options) : null;
    this.shared = options.protocol() == ReverseProxyOptions.Protocol.HTTP_2 || address.isSecure();
  }

  // For any thread

  /// Begins a call as soon as a connection has room for it.
  UpstreamCall call(HttpRequest request, boolean bodyless) {
    UpstreamCall call = new UpstreamCall(this, request, bodyless);
    if (!onLoop(() -> submit(call))) {
      throw closed();
    }
    return call;
  }

  /// Connections that do nothing are as stale as the one that just failed.
  void dropIdle() {
    onLoop(() -> List.copyOf(connections).forEach(UpstreamConnection::closeIfIdle));
  }

  void giveUp(UpstreamCall call) {
    onLoop(() -> {
      if (call.isOver()) {
        return;
      }
      boolean waited = waiting.remove(call);
      call.fail(new HttpException(504, options.name() + ": was given up"));
      if (waited) {
        dropNeedless();
      }
    });
  }

  /// Returns false once the pool is closed.
  boolean onLoop(Runnable task) {
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException late) {
      noted("a call outlived its proxy", late);
      return false;
    }
  }

  long responseTimeout() {
    return options.responseTimeout().toNanos();
  }

  long idleTimeout() {
    return options.idleTimeout().toNanos();
  }

  // What callers are told, without anything of the inside

  HttpException late(String what) {
    return new HttpException(504, options.name() + ": " + what + " in time");
  }

  HttpException malformed(String why) {
    noted(address + " sent a malformed response: " + why, null);
    return new HttpException(502, options.name() + ": sent a malformed response");
  }

  HttpException broken(@Nullable Throwable cause) {
    noted(address + " broke off", cause);
    return new HttpException(502, options.name() + ": broke off before its response was whole");
  }

  HttpException closed() {
    return new HttpException(503, options.name() + ": is not asked any more");
  }

  void noted(String what, @Nullable Throwable cause) {
    LOGGER.log(Level.DEBUG, what, cause);
  }

  // Only the event loop

  EventLoop loop() {
    return loop;
  }

  Transports transport() {
    return transport;
  }

  ReverseProxyOptions options() {
    return options;
  }

  SslHandler newTls(ByteBufAllocator allocator) {
    return UpstreamTls.newHandler(Objects.requireNonNull(tls), allocator, address);
  }

  private void submit(UpstreamCall call) {
    if (closed) {
      call.fail(closed());
    } else if (!call.isOver()) {
      waiting.add(call);
      place();
    }
  }

  /// Gives the calls that wait to connections that have room, and makes more where there are none.
  void place() {
    while (!waiting.isEmpty()) {
      UpstreamConnection free = free();
      if (free == null) {
        break;
      }
      UpstreamCall next = waiting.iterator().next();
      waiting.remove(next);
      free.begin(next);
    }
    while (dials.size() < needed()
        && connections.size() + dials.size() < options.maxConnections()) {
      UpstreamDial dial = new UpstreamDial(this, address);
      dials.add(dial);
      dial.begin();
    }
  }

  private @Nullable UpstreamConnection free() {
    for (UpstreamConnection connection : connections) {
      if (connection.room() > 0) {
        return connection;
      }
    }
    return null;
  }

  /// How many connections should be in the making.
  private int needed() {
    return shared ? Math.min(1, waiting.size()) : waiting.size();
  }

  private void dropNeedless() {
    while (dials.size() > needed()) {
      UpstreamDial last = List.copyOf(dials).getLast();
      dials.remove(last);
      last.giveUp();
    }
  }

  /// A connection can be used.
  ///
  /// @param many whether it takes many calls at once
  void ready(UpstreamDial dial, UpstreamConnection connection, boolean many) {
    dials.remove(dial);
    shared = many;
    if (closed) {
      connection.close();
      return;
    }
    connections.add(connection);
    place();
  }

  /// No connection could be made: so many calls as waited for it are told.
  void failed(UpstreamDial dial, int status, String what, @Nullable Throwable cause) {
    if (!dials.remove(dial)) {
      return;
    }
    LOGGER.log(Level.WARNING, "the upstream {0} {1}: {2}", address, what, cause);
    List<UpstreamCall> told = new ArrayList<>(waiting);
    told.stream()
        .limit(shared ? told.size() : 1)
        .forEach(call -> {
          waiting.remove(call);
          call.fail(new HttpException(status, options.name() + ": " + what));
        });
    place();
  }

  void closed(UpstreamConnection connection) {
    connections.remove(connection);
    if (!closed) {
      place();
    }
  }

  /// For tests: connections that are open or in the making, and calls that wait.
  int size() throws InterruptedException {
    return loop.submit(() -> connections.size() + dials.size() + waiting.size()).await().getNow();
  }

  @Override
  public void close() {
    onLoop(() -> {
      closed = true;
      List.copyOf(waiting).forEach(call -> call.fail(closed()));
      waiting.clear();
      List.copyOf(dials).forEach(UpstreamDial::giveUp);
      dials.clear();
      List.copyOf(connections).forEach(UpstreamConnection::close);
    });
    try {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
