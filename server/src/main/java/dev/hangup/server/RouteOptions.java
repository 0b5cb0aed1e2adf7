package dev.hangup.server;

import dev.hangup.CancelPolicy;
import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How the requests of one route are stopped. Immutable: each `withX` returns a copy.
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="route"}
///
/// | option | default |
/// |---|---|
/// | policy | [CancelPolicy#INTERRUPT] |
/// | timeout | none but the caller's deadline |
/// | awaited at drain | yes |
public final class RouteOptions {
  static final RouteOptions DEFAULTS = new RouteOptions(CancelPolicy.INTERRUPT, null, true);
  private static final Duration WITHOUT_END = Duration.ofDays(365);

  private final CancelPolicy policy;
  private final @Nullable Duration timeout;

  private final boolean awaitedAtDrain;

  private RouteOptions(CancelPolicy policy, @Nullable Duration timeout, boolean awaitedAtDrain) {
    this.policy = policy;
    this.timeout = timeout;
    this.awaitedAtDrain = awaitedAtDrain;
  }

  /// What a hang-up does to the handler.
  ///
  /// Under [CancelPolicy#FINISH] what the handler writes for a client that has left is discarded,
  /// and the caller's deadline does not stop it either; reading a body that was cut short still
  /// throws, for it will never be whole.
  ///
  /// @param policy which
  /// @return a copy
  public RouteOptions withPolicy(CancelPolicy policy) {
    return new RouteOptions(Objects.requireNonNull(policy, "policy"), timeout, awaitedAtDrain);
  }

  /// How long the handler may take. Then it is cancelled under every policy, with
  /// [dev.hangup.CancelReason.DeadlineExceeded], and answered for with 504. A shorter deadline of
  /// the caller's counts, see [ServerOptions#withMaxDeadline(Duration)].
  ///
  /// @param timeout more than zero, at most 365 days
  /// @return a copy
  public RouteOptions withTimeout(Duration timeout) {
    return new RouteOptions(policy, Expect.positive("timeout", timeout), awaitedAtDrain);
  }

  /// Whether [Server#drain()] waits for the handler. One that streams for as long as its client
  /// listens would take all of the time: one that is not awaited is cancelled when the drain
  /// begins, under every policy, with [dev.hangup.CancelReason.ServerStopping], and a browser's
  /// `EventSource` comes again, to the next server.
  ///
  /// @param awaited whether
  /// @return a copy
  public RouteOptions withAwaitedAtDrain(boolean awaited) {
    return new RouteOptions(policy, timeout, awaited);
  }

  /// Runs a route's handler as they say.
  void run(Handler handler, Request request, Response response) throws Exception {
    if (policy == CancelPolicy.FINISH) {
      Cancellation.current().check(); // what has not begun need not finish
      Cancellation.current()
          .<Boolean, Exception>shielded(
              WITHOUT_END,
              () -> {
                inScope(handler, request, response);
                return true;
              });
    } else if (policy == CancelPolicy.INTERRUPT && timeout == null && awaitedAtDrain) {
      handler.handle(request, response);
    } else {
      inScope(handler, request, response);
    }
  }

  private void inScope(Handler handler, Request request, Response response) throws Exception {
    try (CancelScope scope = CancelScope.open(options -> scoped(options, request))) {
      if (policy == CancelPolicy.FINISH) {
        response.exchange().scopes().finishIn(scope);
      } else {
        response.exchange().scopes().enter(scope);
      }
      response.exchange().entrance().follow(scope);
      Runnable stop = () -> scope.cancel(new CancelReason.ServerStopping());
      ServerContext server = response.exchange().context();
      if (!awaitedAtDrain) {
        server.onDrain(stop);
      }
      try {
        scope.call(() -> {
          handler.handle(request, response);
          return true;
        });
      } finally {
        server.forgetAtDrain(stop);
      }
    }
  }

  private CancelScope.Options scoped(CancelScope.Options defaults, Request request) {
    CancelScope.Options options =
        defaults
            .withName(request.method() + " " + request.target())
            .withInterrupts(policy != CancelPolicy.SIGNAL);
    return timeout == null ? options : options.withTimeout(timeout);
  }

  /// The options, for people.
  @Override
  public String toString() {
    String within = timeout == null ? "" : " within " + timeout;
    return policy + within + (awaitedAtDrain ? "" : ", not awaited at drain");
  }
}
