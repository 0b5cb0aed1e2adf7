package dev.hangup.server;

import dev.hangup.CancelScope;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What all connections of one server share. For any thread.
final class ServerContext {
  private static final Logger LOGGER = System.getLogger("dev.hangup.server");

  private static final AsciiString ALT_SVC = AsciiString.cached("alt-svc");

  private final Handler handler;
  private final ServerOptions options;
  private final ReadAhead readAhead;
  private final WriteAhead writeAhead;
  private final InFlight inFlight = new InFlight();
  private final List<Gate> gates;
  private final CancelScope.Options scopeOptions;
  private final @Nullable ExecutorService logging;
  private final AtomicLong refusalLogged =
      new AtomicLong(System.nanoTime() - TimeUnit.MINUTES.toNanos(2));
  private final AtomicBoolean draining = new AtomicBoolean();
  private final Set<Runnable> atDrain = ConcurrentHashMap.newKeySet();
  private final ConcurrentMap<EventLoop, Liveness> liveness = new ConcurrentHashMap<>();
  private final ConcurrentMap<EventLoop, HandlerStarts> starts = new ConcurrentHashMap<>();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private volatile @Nullable String elsewhere;
  private volatile HttpDate date = HttpDate.at(Instant.now().getEpochSecond());

  ServerContext(Handler handler, ServerOptions options) {
    this.handler = handler;
    this.options = options;
    this.readAhead = new ReadAhead(options.readAheadBytes(), options.totalReadAheadBytes());
    this.writeAhead = new WriteAhead(options.writeAheadBytes(), options.totalWriteAheadBytes());
    this.gates =
        List.of(new Gate(options.maxHandlers(), options.maxWaiting(), options.maxStragglers()));
    this.scopeOptions = CancelScope.Options.defaults().withGrace(options.grace());
    this.logging =
        options.accessLog() == null
            ? null
            : Executors.newSingleThreadExecutor(Thread.ofVirtual().name("hangup-log").factory());
  }

  Handler handler() {
    return handler;
  }

  ServerOptions options() {
    return options;
  }

  ReadAhead readAhead() {
    return readAhead;
  }

  WriteAhead writeAhead() {
    return writeAhead;
  }

  InFlight inFlight() {
    return inFlight;
  }

  List<Gate> gates() {
    return gates;
  }

  /// Those of one connection that has many streams. One that was reset gives its place among the
  /// streams back at once, its handler keeps its own until it has returned: the next ones wait.
  List<Gate> connectionGates() {
    List<Gate> all = new ArrayList<>(gates);
    all.addFirst(
        new Gate(options.maxStreams(), options.maxStreams(), options.maxStragglersPerConnection()));
    return List.copyOf(all);
  }

  /// What looks after the clients of an event loop.
  Liveness liveness(EventLoop loop) {
    return liveness.computeIfAbsent(loop, key -> new Liveness(this, key));
  }

  /// What starts the handlers of an event loop's requests.
  HandlerStarts starts(EventLoop loop) {
    return starts.computeIfAbsent(loop, HandlerStarts::new);
  }

  CancelScope.Options scopeOptions() {
    return scopeOptions;
  }

  /// Whether the server takes no new connections, and lets the ones that it has end.
  boolean isDraining() {
    return draining.get();
  }

  /// Returns false where that has happened already.
  boolean drain() {
    boolean first = draining.compareAndSet(false, true);
    atDrain.forEach(Runnable::run);
    return first;
  }

  /// Runs the action once the server drains, or at once if it does: twice at the worst.
  void onDrain(Runnable action) {
    atDrain.add(action);
    if (isDraining()) {
      action.run();
    }
  }

  void forgetAtDrain(Runnable action) {
    atDrain.remove(action);
  }

  boolean isStopping() {
    return stopping.get();
  }

  /// Returns false where that has happened already.
  boolean stop() {
    draining.set(true);
    return stopping.compareAndSet(false, true);
  }

  /// Tells those that come by TLS where else the server is: RFC 7838.
  void advertise(String service) {
    elsewhere = service;
  }

  /// Adds what every response says. It is dated, RFC 9110 §6.6.1; one that is passed on keeps its
  /// date.
  void complete(HttpHeaders headers, boolean secure) {
    String service = elsewhere;
    if (secure && service != null && !isDraining() && !headers.contains(ALT_SVC)) {
      headers.set(ALT_SVC, service);
    }
    if (!headers.contains(HttpHeaderNames.DATE)) {
      headers.set(HttpHeaderNames.DATE, date());
    }
  }

  private String date() {
    long second = System.currentTimeMillis() / 1000;
    HttpDate last = date;
    if (last.second != second) {
      last = HttpDate.at(second);
      date = last;
    }
    return last.text;
  }

  /// Runs a task on a channel's event loop, at once if this is it. Once the loops have stopped
  /// there is nothing left to do.
  void onLoop(Channel channel, Runnable task) {
    if (channel.eventLoop().inEventLoop()) {
      task.run();
    } else {
      later(channel, task);
    }
  }

  /// Runs a task on a channel's event loop, not before the calling code has returned to it.
  void later(Channel channel, Runnable task) {
    try {
      channel.eventLoop().execute(task);
    } catch (RejectedExecutionException late) {
      noted("a handler outlived its server", late); // its connection is closed
    }
  }

  void handlerFailed(String request, Throwable failure) {
    LOGGER.log(Level.ERROR, "the handler failed: " + request, failure);
  }

  void noted(String what, Throwable cause) {
    LOGGER.log(Level.DEBUG, what, cause);
  }

  /// Says so once a minute at most: an attacker is not to fill the log.
  void refusedConnection() {
    long now = System.nanoTime();
    long last = refusalLogged.get();
    if (now - last > TimeUnit.MINUTES.toNanos(1) && refusalLogged.compareAndSet(last, now)) {
      LOGGER.log(
          Level.WARNING,
          "connections are refused: there are {0} (maxConnections)",
          options.maxConnections());
    }
  }

  void connectionFailed(Throwable cause) {
    LOGGER.log(Level.WARNING, "a connection was closed because of an unexpected failure", cause);
  }

  /// Hands an entry to the access log's thread.
  void log(Supplier<AccessEntry> entry) {
    AccessLog log = options.accessLog();
    ExecutorService thread = logging;
    if (log == null || thread == null) {
      return;
    }
    AccessEntry made = entry.get();
    try {
      thread.execute(() -> log(log, made));
    } catch (RejectedExecutionException late) {
      noted("a request outlived its server: " + made, late);
    }
  }

  private void log(AccessLog log, AccessEntry entry) {
    try {
      log.log(entry);
    } catch (RuntimeException failure) {
      LOGGER.log(Level.WARNING, "the access log failed", failure);
    }
  }

  /// Lets the access log finish what it was handed.
  void close(Duration patience) throws InterruptedException {
    if (logging != null) {
      logging.shutdown();
      if (!logging.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        LOGGER.log(Level.WARNING, "the access log did not finish within {0}", patience);
      }
    }
  }

  private record HttpDate(long second, String text) {
    private static final DateTimeFormatter FORMAT =
        DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    static HttpDate at(long second) {
      return new HttpDate(second, FORMAT.format(Instant.ofEpochSecond(second)));
    }
  }
}
