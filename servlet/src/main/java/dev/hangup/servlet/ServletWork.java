package dev.hangup.servlet;

import dev.hangup.CancelPolicy;
import dev.hangup.CancelReason;
import dev.hangup.CancelReport;
import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.Deadline;
import dev.hangup.DeadlineFields;
import dev.hangup.Observability;
import dev.hangup.Registration;
import dev.hangup.watch.Ends;
import dev.hangup.watch.SocketWatch;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The work of one request under a [HangUpFilter]: for frameworks and for async servlets, which
/// have the request but not its thread.
///
/// {@snippet class="dev.hangup.servlet.SnippetsTest" region="async"}
///
/// **Thread safety**: any thread may ask.
public final class ServletWork {
  /// Whoever has the request, wrapped as it may be, finds its work in our wrapper; the container's
  /// own request has it only where it is dispatched again.
  static final String ATTRIBUTE = ServletWork.class.getName();

  /// What Tomcat and Jetty throw where the client ended the request.
  private static final Set<String> ENDINGS =
      Set.of("ClientAbortException", "EofException", "CloseNowException", "StreamException");

  private static final System.Logger LOG = System.getLogger("dev.hangup");
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  private final String name;
  private final HangUpOptions options;
  private final SocketWatch watch;
  private final ContainerRequest container;
  private final Sight sight;
  private final CancelScope scope;
  private final Optional<Deadline> deadline;
  private volatile CancelPolicy policy;
  private volatile boolean isAsync;

  // Only whoever has the request
  private @Nullable TellingBody body;

  // Guarded by this
  private @Nullable Registration connection;
  private Optional<Registration> stream = Optional.empty();
  private volatile @Nullable CancelReason left; // any thread may look
  private long leftAt;
  private boolean closed;

  private ServletWork(HttpServletRequest request, HangUpOptions options, SocketWatch watch) {
    this.name = request.getMethod() + " " + request.getRequestURI();
    this.options = options;
    this.watch = watch;
    this.container = ContainerRequest.of(request, !request.getProtocol().startsWith("HTTP/1"));
    this.policy = options.policy().apply(request);
    this.deadline = DeadlineFields.read(request::getHeader, options.maxDeadline());
    this.sight = new Sight(request, options.observer());
    this.scope = CancelScope.open(Cancellation.detached(), scoped());
    sight.follow(scope);
  }

  private CancelScope.Options scoped() {
    CancelScope.Options named = sight.in(options.scope().withName(name));
    return policy == CancelPolicy.FINISH ? named : deadline.map(named::withDeadline).orElse(named);
  }

  static ServletWork open(HttpServletRequest request, HangUpOptions options, SocketWatch watch) {
    ServletWork work = new ServletWork(request, options, watch);
    if (options.isListenedTo()) {
      work.scope.whenStopped().thenAccept(work::stopped);
    }
    return work;
  }

  /// The work of a request.
  ///
  /// @param request as the servlet has it, wrapped or not
  /// @return empty where no [HangUpFilter] has seen it
  public static Optional<ServletWork> of(ServletRequest request) {
    return Optional.ofNullable((ServletWork) request.getAttribute(ATTRIBUTE));
  }

  /// The read side: [Cancellation#current()] on the request's own thread. On others,
  /// [Cancellation#wrap(java.util.concurrent.Callable)] makes it so.
  ///
  /// @return the request's cancellation
  public Cancellation cancellation() {
    return scope.cancellation();
  }

  /// What a hang-up does.
  ///
  /// @return the policy, as it is now
  public CancelPolicy policy() {
    return policy;
  }

  /// Sets what a hang-up does from now on: for a framework that learns the handler's policy. One
  /// that has come already is not undone. The deadline of a request that began under another policy
  /// than [CancelPolicy#FINISH] stays.
  ///
  /// @param policy which
  public void changePolicy(CancelPolicy policy) {
    this.policy = Objects.requireNonNull(policy, "policy");
  }

  /// Tells the observer of the route, where there is one: for a framework that has found it. See
  /// [HangUpOptions#withObserver(dev.hangup.RequestObserver)].
  ///
  /// @param pattern one of the application's, and so one of a closed set: `/users/{id}`
  public void routed(String pattern) {
    sight.routed(Objects.requireNonNull(pattern, "pattern"));
  }

  /// How well the client can be seen to hang up.
  ///
  /// @return [Observability#WRITE_ONLY] where the kernel cannot be asked, or its connection was not
  ///   known to this library
  public Observability observability() {
    boolean streams = !container.isMultiplexed() || seesStream();
    return container.isCertain() && streams ? watch.observability() : Observability.WRITE_ONLY;
  }

  private synchronized boolean seesStream() {
    return stream.isPresent();
  }

  /// The request's method and path.
  @Override
  public String toString() {
    return name;
  }

  /// Whether the time that the caller gave was over when the request came.
  boolean isLate() {
    return deadline.filter(Deadline::isExpired).isPresent();
  }

  void watch() {
    Registration watched =
        container.isCertain()
            ? watch.onHangUp(this::ends, this::hangUp)
            : ends()
                .map(ends -> watch.onHangUpIfFound(ends.local(), ends.remote(), this::hangUp))
                .orElse(null);
    Optional<Registration> resets = container.onStreamReset(this::streamReset);
    synchronized (this) {
      connection = watched;
      stream = resets;
    }
  }

  private Optional<Ends> ends() {
    try {
      return container.ends();
    } catch (RuntimeException e) {
      Member.notAsKnown(container.getClass().getSimpleName(), e);
      return Optional.empty();
    }
  }

  /// How the client has left, as far as can be seen at once.
  private Optional<CancelReason> look() {
    if (!container.isCertain()) {
      return Optional.empty();
    }
    return ends().flatMap(ends -> watch.look(ends.local(), ends.remote())).or(this::reset);
  }

  private Optional<CancelReason> reset() {
    return container.isReset()
        ? Optional.of(new CancelReason.StreamReset(StreamPoll.CANCEL))
        : Optional.empty();
  }

  /// The request's body, which tells of its end: the same for all dispatches.
  TellingBody body(ServletInputStream in, long length) {
    TellingBody telling = in instanceof TellingBody known ? known : body;
    if (telling == null) {
      telling = new TellingBody(in, length, this);
      body = telling;
    }
    return telling;
  }

  /// The body ended: because the client is gone, or as it should.
  boolean isCutShort() {
    Optional<CancelReason> reason = container.isMultiplexed() ? look() : Optional.empty();
    reason.ifPresent(this::hangUp);
    return reason.isPresent();
  }

  /// The stream is gone: alone, or with its connection.
  private void streamReset(CancelReason reset) {
    hangUp(look().orElse(reset));
  }

  /// Something failed: because the client is gone, or not.
  ///
  /// @return the failure, to be thrown on
  IOException failed(IOException failure) {
    look().or(() -> ending(failure)).ifPresent(this::hangUp);
    return failure;
  }

  /// Over TLS a `close_notify` comes before the FIN; a stream of HTTP/2 ends without either.
  private static Optional<CancelReason> ending(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof EOFException || ENDINGS.contains(cause.getClass().getSimpleName())) {
        return Optional.of(new CancelReason.ClientClosed());
      }
    }
    return Optional.empty();
  }

  /// The client is gone.
  void hangUp(CancelReason reason) {
    synchronized (this) {
      if (closed || left != null) {
        return;
      }
      left = reason;
      leftAt = System.nanoTime();
    }
    switch (policy) {
      case INTERRUPT -> scope.cancel(reason);
      case SIGNAL -> scope.signal(reason);
      case FINISH -> LOG.log(System.Logger.Level.DEBUG, name + ": " + reason + ", and it goes on");
    }
  }

  /// A write to the client failed: it is gone.
  ///
  /// @return the failure, to be thrown on
  IOException writeFailed(IOException failure) {
    hangUp(new CancelReason.WriteFailed(String.valueOf(failure.getMessage())));
    return failure;
  }

  /// Runs the chain on the calling thread, if the client is still there: what has not begun need
  /// not finish.
  void begin(FilterChain chain, ServletRequest request, ServletResponse response)
      throws IOException, ServletException {
    CancelReason gone = left;
    if (gone != null) {
      throw new CancelledException(gone);
    }
    goOn(chain, request, response);
  }

  /// Runs what is left of a chain that has begun on the calling thread.
  void goOn(FilterChain chain, ServletRequest request, ServletResponse response)
      throws IOException, ServletException {
    try {
      scope.call(() -> {
        chain.doFilter(request, response);
        return true;
      });
    } catch (IOException | ServletException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("a chain throws nothing else", e);
    }
  }

  /// Whether the client has hung up.
  boolean isLeft() {
    return left != null;
  }

  private void stopped(CancelReport report) {
    if (report.reason() instanceof CancelReason.Application) {
      return; // that the request was over
    }
    try {
      options.listener().accept(new ServletStop(this, report));
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.WARNING, "the listener for the stop of " + name + " failed", e);
    }
  }

  /// The request is over: what it started on other threads is cancelled, and waited for.
  void close() {
    end();
    closeScope();
  }

  /// All of its work has returned, and its response is the container's again.
  private void closeScope() {
    scope.close();
    sight.ended(Optional.ofNullable(left));
  }

  /// Whoever has the response knows what was sent.
  void answered(ServletResponse response) {
    sight.answered(response, isLeft());
  }

  /// The request is over: its connection is the next one's.
  private void end() {
    Registration watched;
    Optional<Registration> resets;
    CancelReason gone;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      watched = connection;
      resets = stream;
      gone = left;
    }
    CancelReport finished = gone == null ? null : finished(gone);
    if (watched != null) {
      watched.close();
    }
    resets.ifPresent(Registration::close);
    if (finished != null && !scope.cancellation().isCancelled()) {
      stopped(finished);
    }
  }

  /// The request is over, and perhaps it was work of its own that said so: that may return before
  /// it is cancelled.
  void closeSoon() {
    end();
    Thread.ofVirtual().name("hangup-end").start(this::closeAfterGrace);
  }

  private void closeAfterGrace() {
    try {
      NEVER.await(options.grace().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does; then it is closed at once
    }
    closeScope();
  }

  /// It has become asynchronous, by a context that ends it.
  ///
  /// @param request the container's own, which it may dispatch again
  void continueIn(AsyncContext context, ServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
    context.addListener(new AsyncEnd(this));
    isAsync = true;
  }

  /// Whether an async context ends it.
  boolean isAsync() {
    return isAsync;
  }

  /// Whether the request is over.
  synchronized boolean isClosed() {
    return closed;
  }

  private CancelReport finished(CancelReason reason) {
    Duration took = Duration.ofNanos(System.nanoTime() - leftAt);
    return new CancelReport(reason, Duration.ZERO, took, 0, 0, 0, List.of());
  }
}
