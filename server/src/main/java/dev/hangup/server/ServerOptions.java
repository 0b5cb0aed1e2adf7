package dev.hangup.server;

import static dev.hangup.server.Expect.atLeast;
import static dev.hangup.server.Expect.positive;

import dev.hangup.RequestObserver;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How a server behaves. Immutable: each `withX` returns a copy. What a client sees of each limit
/// is in `docs/limits.md`.
///
/// | option | default | why |
/// |---|---|---|
/// | host | `127.0.0.1` | opening a port to the network is a decision |
/// | port | 8080 | 0 takes a free one |
/// | tls | none | a second port, with HTTP/2 by ALPN |
/// | engine | none | one more protocol: HTTP/3, see [#withEngine(Engine)] |
/// | transport | AUTO | epoll where the platform has it, else NIO |
/// | ioThreads | half the cores, at least 1 | handlers do not run on them |
/// | maxLineBytes | 8 KiB | the request line; longer is answered 414 |
/// | maxHeaderBytes | 16 KiB | all header fields together; more is answered 431 |
/// | maxBodyBytes | 10 MiB | more is answered 413 |
/// | readAheadBytes | 1 MiB | how much is read of a request while its handler reads nothing: a hang-up behind more than this is not seen without epoll, and never while the client is still sending |
/// | totalReadAheadBytes | 64 MiB | for all connections, and what HTTP/2 clients were promised that they may send; past it each may read ahead 64 KiB |
/// | maxHandlers | 10,000 | how many handlers run at once, those of departed clients included |
/// | maxWaiting | 10,000 | how many requests wait for a handler to return before more are answered 503 |
/// | maxStreams | 250 | how many requests one HTTP/2 connection may have at once; as many of its handlers run at once, those of reset streams included |
/// | maxResets | 2,000 | how many streams of an HTTP/2 connection may be reset in 30 s: a page that searches while one types needs 20 a second |
/// | maxStragglers | 1,000 | past so many handlers that ignore their cancel every request is answered 503 |
/// | maxStragglersPerConnection | 50 | the same for those of one HTTP/2 connection |
/// | writeAheadBytes | 128 KiB | how much of a response waits for a slow client before the handler's write blocks |
/// | totalWriteAheadBytes | 64 MiB | for all responses; past it each may have 16 KiB that wait |
/// | maxConnections | 20,000 | past it a new one is closed at once; mind the limit on open files |
/// | minDataRate | 1,024 bytes/s | a client that sends its body, or takes its answer, more slowly holds a handler and memory; see [#withMinDataRate(int)] |
/// | headerTimeout | 10 s | from a request's first byte to the end of its head; then 408 |
/// | idleTimeout | 60 s | a connection without a request; then closed |
/// | halfClose | PROBE | what an HTTP/1.1 client means that ends its sending, see [HalfClose] |
/// | compression | on | text costs a fifth of its bytes; only for clients that ask for it, see [#withCompression(boolean)] |
/// | liveness | 10 s | a client that waits for an answer and is not heard of for so long has vanished; 0 never asks |
/// | maxDeadline | 1 h | the most that a caller's `Request-Timeout`, `grpc-timeout`, `Connect-Timeout-Ms` or `x-envoy-expected-rq-timeout-ms` can ask for |
/// | drainTimeout | 10 s | how long [Server#drain()] lets requests run before it cancels them |
/// | grace | 250 ms | from the cancel to the straggler's report, see [dev.hangup.CancelScope.Options#withGrace(Duration)] |
/// | health | none | [#withHealth(String, String)] |
/// | accessLog | none | [AccessLog] |
/// | observer | none | metrics, traces, a live page: [RequestObserver] |
public final class ServerOptions {
  static final ServerOptions DEFAULTS = new ServerOptions(new OptionValues());

  /// Which of the platform's ways to do I/O is used.
  public enum Transport {
    /// [#EPOLL] where it works, else [#NIO].
    AUTO,
    /// Linux epoll: hears of a hang-up even while it reads nothing.
    EPOLL,
    /// The JDK's selector: hears of a hang-up only as long as the read-ahead is not used up.
    NIO
  }

  private final OptionValues values;

  private ServerOptions(OptionValues values) {
    this.values = values;
  }

  /// The address to listen on.
  ///
  /// @param host a name or an address of this machine
  /// @return a copy
  public ServerOptions withHost(String host) {
    return with(v -> v.host = Objects.requireNonNull(host, "host"));
  }

  /// The port to listen on.
  ///
  /// @param port 0 to 65535; 0 takes a free one
  /// @return a copy
  /// @throws IllegalArgumentException if there is no such port
  public ServerOptions withPort(int port) {
    return with(v -> v.port = Expect.port("port", port));
  }

  /// Listens on a second port, for TLS.
  ///
  /// @param port 0 to 65535; 0 takes a free one, see [Server#tlsPort()]
  /// @param tls the certificate and its key
  /// @return a copy
  /// @throws IllegalArgumentException if there is no such port
  public ServerOptions withTls(int port, Tls tls) {
    return with(v -> {
      v.tlsPort = Expect.port("tls port", port);
      v.tls = Objects.requireNonNull(tls, "tls");
    });
  }

  /// Speaks one more protocol, with the same handler, limits and certificate.
  ///
  /// @param engine for instance that of HTTP/3, in a module of its own
  /// @return a copy
  public ServerOptions withEngine(Engine engine) {
    return with(v -> v.engine = Objects.requireNonNull(engine, "engine"));
  }

  /// How I/O is done.
  ///
  /// @param transport which way
  /// @return a copy
  public ServerOptions withTransport(Transport transport) {
    return with(v -> v.transport = Objects.requireNonNull(transport, "transport"));
  }

  /// How many threads do I/O.
  ///
  /// @param threads 1 or more
  /// @return a copy
  public ServerOptions withIoThreads(int threads) {
    return with(v -> v.ioThreads = atLeast("ioThreads", threads, 1));
  }

  /// The longest request line.
  ///
  /// @param bytes 64 or more
  /// @return a copy
  public ServerOptions withMaxLineBytes(int bytes) {
    return with(v -> v.maxLineBytes = atLeast("maxLineBytes", bytes, 64));
  }

  /// The most that all header fields of a request may take.
  ///
  /// @param bytes 256 or more
  /// @return a copy
  public ServerOptions withMaxHeaderBytes(int bytes) {
    return with(v -> v.maxHeaderBytes = atLeast("maxHeaderBytes", bytes, 256));
  }

  /// The longest request body.
  ///
  /// @param bytes 0 or more
  /// @return a copy
  public ServerOptions withMaxBodyBytes(long bytes) {
    return with(v -> v.maxBodyBytes = atLeast("maxBodyBytes", bytes, 0));
  }

  /// How much is read of a request, and of those behind it, while the handler reads nothing.
  ///
  /// @param bytes 65536 or more
  /// @return a copy
  public ServerOptions withReadAheadBytes(int bytes) {
    return with(v -> v.readAheadBytes = atLeast("readAheadBytes", bytes, 65536));
  }

  /// How much is read ahead on all connections together.
  ///
  /// @param bytes 0 or more
  /// @return a copy
  public ServerOptions withTotalReadAheadBytes(long bytes) {
    return with(v -> v.totalReadAheadBytes = atLeast("totalReadAheadBytes", bytes, 0));
  }

  /// How many handlers run at once. One whose client has left counts until it returns.
  ///
  /// @param handlers 1 or more
  /// @return a copy
  public ServerOptions withMaxHandlers(int handlers) {
    return with(v -> v.maxHandlers = atLeast("maxHandlers", handlers, 1));
  }

  /// How many requests wait for a handler to return. Those past it are answered 503 with
  /// `Retry-After`. A request whose client leaves while it waits never starts.
  ///
  /// @param requests 0 or more
  /// @return a copy
  public ServerOptions withMaxWaiting(int requests) {
    return with(v -> v.maxWaiting = atLeast("maxWaiting", requests, 0));
  }

  /// How many requests one HTTP/2 or HTTP/3 connection may have at once, and how many of its
  /// handlers run at once: those of streams that were reset count until they return.
  ///
  /// @param streams 1 or more
  /// @return a copy
  public ServerOptions withMaxStreams(int streams) {
    return with(v -> v.maxStreams = atLeast("maxStreams", streams, 1));
  }

  /// How many streams of one HTTP/2 or HTTP/3 connection may be reset within 30 s: by the client,
  /// and, counted apart, by the server because of what the client does. One more ends the
  /// connection.
  ///
  /// @param resets 1 or more
  /// @return a copy
  public ServerOptions withMaxResets(int resets) {
    return with(v -> v.maxResets = atLeast("maxResets", resets, 1));
  }

  /// How many handlers may go on beyond their cancel and its grace. While there are so many, every
  /// request is answered 503 with `Retry-After`.
  ///
  /// @param handlers 1 or more
  /// @return a copy
  public ServerOptions withMaxStragglers(int handlers) {
    return with(v -> v.maxStragglers = atLeast("maxStragglers", handlers, 1));
  }

  /// How many handlers of one HTTP/2 connection may go on beyond their cancel and its grace. While
  /// there are so many, that connection's requests are answered 503 with `Retry-After`.
  ///
  /// @param handlers 1 or more
  /// @return a copy
  public ServerOptions withMaxStragglersPerConnection(int handlers) {
    return with(
        v -> v.maxStragglersPerConnection = atLeast("maxStragglersPerConnection", handlers, 1));
  }

  /// How much of a response may wait for the client before a write blocks.
  ///
  /// @param bytes 1024 or more
  /// @return a copy
  public ServerOptions withWriteAheadBytes(int bytes) {
    return with(v -> v.writeAheadBytes = atLeast("writeAheadBytes", bytes, 1024));
  }

  /// How much of all responses together may wait for slow clients.
  ///
  /// @param bytes 0 or more
  /// @return a copy
  public ServerOptions withTotalWriteAheadBytes(long bytes) {
    return with(v -> v.totalWriteAheadBytes = atLeast("totalWriteAheadBytes", bytes, 0));
  }

  /// How many connections there may be. One more is closed at once.
  ///
  /// @param connections 1 or more
  /// @return a copy
  public ServerOptions withMaxConnections(int connections) {
    return with(v -> v.maxConnections = atLeast("maxConnections", connections, 1));
  }

  /// How fast a client must be. While a handler waits for a body that comes more slowly on average,
  /// after a grace of 5 s, the request is answered 408. A client that takes nothing of its answer
  /// for 5 s and as long as the write-ahead takes at this rate has its connection, or its stream,
  /// cut; by default that is 133 s.
  ///
  /// @param bytesPerSecond 0 or more; 0: as slow as it likes
  /// @return a copy
  public ServerOptions withMinDataRate(int bytesPerSecond) {
    return with(v -> v.minDataRate = atLeast("minDataRate", bytesPerSecond, 0));
  }

  /// How long a request's head may take from its first byte.
  ///
  /// @param timeout more than zero, at most 365 days
  /// @return a copy
  public ServerOptions withHeaderTimeout(Duration timeout) {
    return with(v -> v.headerTimeout = positive("headerTimeout", timeout));
  }

  /// How long a connection may be without a request.
  ///
  /// @param timeout more than zero, at most 365 days
  /// @return a copy
  public ServerOptions withIdleTimeout(Duration timeout) {
    return with(v -> v.idleTimeout = positive("idleTimeout", timeout));
  }

  /// What an HTTP/1.1 client means that ends its sending while it waits.
  ///
  /// @param halfClose what to do
  /// @return a copy
  public ServerOptions withHalfClose(HalfClose halfClose) {
    return with(v -> v.halfClose = Objects.requireNonNull(halfClose, "halfClose"));
  }

  /// Whether text is compressed for clients whose `Accept-Encoding` asks for it: with gzip, or with
  /// Brotli where brotli4j is there too. On the handler's thread, and each write can be read at
  /// once.
  ///
  /// Left as they are: less than 1 KiB, media that are no text, `text/event-stream` (see
  /// [ServerEvents.Options#withCompression(boolean)]), what has a `Content-Encoding`, a
  /// `Content-Range`, a digest or `Cache-Control: no-transform`, and all for HTTP/1.0. Where the
  /// answer depends on it, `Vary` says so, and a strong `ETag` becomes a weak one.
  ///
  /// Switch it off where a proxy compresses, or where answers over TLS mix a secret with what an
  /// attacker may choose: the length then tells of the secret.
  ///
  /// @param compression whether
  /// @return a copy
  public ServerOptions withCompression(boolean compression) {
    return with(v -> v.compression = compression);
  }

  /// How long a client that waits for an answer may not be heard of; then it has vanished, its
  /// requests are told so and its connection is closed. Its kernel is asked once a second, so what
  /// is silent is the network, or the machine. HTTP/2 asks the client itself, too.
  ///
  /// @param limit 1 s to 1 h; zero for never asking
  /// @return a copy
  /// @throws IllegalArgumentException if it is neither
  public ServerOptions withLiveness(Duration limit) {
    boolean fits =
        Objects.requireNonNull(limit, "liveness").compareTo(Duration.ofSeconds(1)) >= 0
            && limit.compareTo(Duration.ofHours(1)) <= 0;
    if (!fits && !limit.isZero()) {
      throw new IllegalArgumentException("liveness: " + limit + " (expected: 0, or 1 s to 1 h)");
    }
    return with(v -> v.liveness = limit);
  }

  /// The longest deadline that a request may bring; without one in its header fields it has none.
  ///
  /// @param deadline more than zero, at most 365 days
  /// @return a copy
  public ServerOptions withMaxDeadline(Duration deadline) {
    return with(v -> v.maxDeadline = positive("maxDeadline", deadline));
  }

  /// How long requests may run on while the server drains.
  ///
  /// @param timeout more than zero, at most 365 days
  /// @return a copy
  public ServerOptions withDrainTimeout(Duration timeout) {
    return with(v -> v.drainTimeout = positive("drainTimeout", timeout));
  }

  /// How long cancelled work has before it is a straggler.
  ///
  /// @param grace more than zero, at most 365 days
  /// @return a copy
  public ServerOptions withGrace(Duration grace) {
    return with(v -> v.grace = positive("grace", grace));
  }

  /// Answers what orchestrators ask, without a handler and past all limits, so that a server that
  /// is busy is not taken for dead: `GET` and `HEAD` of the one path 200 while the server answers
  /// at all, of the other 200, or 503 once the server drains.
  ///
  /// @param live for instance `/live`
  /// @param ready for instance `/ready`
  /// @return a copy
  /// @throws IllegalArgumentException if one is no path
  public ServerOptions withHealth(String live, String ready) {
    Health health = new Health(live, ready);
    return with(v -> v.health = health);
  }

  /// Where requests are logged.
  ///
  /// @param accessLog told of each request
  /// @return a copy
  public ServerOptions withAccessLog(AccessLog accessLog) {
    return with(v -> v.accessLog = Objects.requireNonNull(accessLog, "accessLog"));
  }

  /// Who sees the requests, but those about health. Two: [RequestObserver#and(RequestObserver)].
  ///
  /// @param observer told of each request
  /// @return a copy
  public ServerOptions withObserver(RequestObserver observer) {
    return with(v -> v.observer = Objects.requireNonNull(observer, "observer"));
  }

  private ServerOptions with(java.util.function.Consumer<OptionValues> change) {
    OptionValues copy = values.copy();
    change.accept(copy);
    return new ServerOptions(copy);
  }

  String host() {
    return values.host;
  }

  int port() {
    return values.port;
  }

  int tlsPort() {
    return values.tlsPort;
  }

  @Nullable Tls tls() {
    return values.tls;
  }

  @Nullable Engine engine() {
    return values.engine;
  }

  Transport transport() {
    return values.transport;
  }

  int ioThreads() {
    return values.ioThreads;
  }

  int maxLineBytes() {
    return values.maxLineBytes;
  }

  int maxHeaderBytes() {
    return values.maxHeaderBytes;
  }

  long maxBodyBytes() {
    return values.maxBodyBytes;
  }

  int readAheadBytes() {
    return values.readAheadBytes;
  }

  long totalReadAheadBytes() {
    return values.totalReadAheadBytes;
  }

  int maxHandlers() {
    return values.maxHandlers;
  }

  int maxWaiting() {
    return values.maxWaiting;
  }

  int maxStreams() {
    return values.maxStreams;
  }

  int maxResets() {
    return values.maxResets;
  }

  int maxStragglers() {
    return values.maxStragglers;
  }

  int maxStragglersPerConnection() {
    return values.maxStragglersPerConnection;
  }

  int writeAheadBytes() {
    return values.writeAheadBytes;
  }

  long totalWriteAheadBytes() {
    return values.totalWriteAheadBytes;
  }

  int maxConnections() {
    return values.maxConnections;
  }

  int minDataRate() {
    return values.minDataRate;
  }

  Duration headerTimeout() {
    return values.headerTimeout;
  }

  Duration idleTimeout() {
    return values.idleTimeout;
  }

  HalfClose halfClose() {
    return values.halfClose;
  }

  boolean compression() {
    return values.compression;
  }

  Duration liveness() {
    return values.liveness;
  }

  Duration maxDeadline() {
    return values.maxDeadline;
  }

  Duration drainTimeout() {
    return values.drainTimeout;
  }

  Duration grace() {
    return values.grace;
  }

  @Nullable Health health() {
    return values.health;
  }

  @Nullable AccessLog accessLog() {
    return values.accessLog;
  }

  @Nullable RequestObserver observer() {
    return values.observer;
  }
}
