package dev.hangup.spring;

import dev.hangup.CancelPolicy;
import dev.hangup.CancelReason;
import dev.hangup.CancelReport;
import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/// One exchange's stay in WebFlux's handlers.
///
/// ```
///               handlers end
///   RUNNING ───────────────────▶ OVER
///      │ server cancels           ▲
///      ├──────────▶ STOPPED       │    the handlers are cancelled
///      └──────────▶ ALONE ────────┘    they are to finish: nobody hears how they end
/// ```
///
/// Signals come on any thread; the state decides which of them counts.
final class ReactiveStay extends BaseSubscriber<Void> {
  private static final Logger LOGGER = System.getLogger(ReactiveStay.class.getName());

  /// Where Reactor looks for what a subscriber wants done with errors that come too late.
  private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";

  private enum State {
    RUNNING,
    STOPPED,
    ALONE,
    OVER
  }

  private final ServerWebExchange exchange;
  private final Policies policies;
  private final CancelScope scope;
  private final HangUps hangUps;
  private final MonoSink<Void> sink;
  private final @Nullable ReactiveSight sight;
  private final AtomicBoolean routed = new AtomicBoolean();
  private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
  private volatile long leftAt;

  ReactiveStay(
      ServerWebExchange exchange,
      Policies policies,
      CancelScope scope,
      HangUps hangUps,
      MonoSink<Void> sink,
      @Nullable ReactiveSight sight) {
    this.exchange = exchange;
    this.policies = policies;
    this.scope = scope;
    this.hangUps = hangUps;
    this.sink = sink;
    this.sight = sight;
  }

  void begin(Mono<Void> handlers) {
    if (sight != null) {
      sight.enter(scope);
    }
    sink.onCancel(this::hangUp);
    scope.cancellation().onCancel(this::outOfTime);
    handlers.subscribe(this);
    tellRoute();
  }

  /// WebFlux tells nobody that it has found the route: it is looked for once the handlers have
  /// begun, and, where they begin on another thread, again before what comes next is told.
  private void tellRoute() {
    Object route = exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    if (sight != null && route != null && routed.compareAndSet(false, true)) {
      sight.routed(route.toString());
    }
  }

  @Override
  public Context currentContext() {
    Context context = Context.of(sink.contextView()).put(Cancellation.class, scope.cancellation());
    return context.hasKey(ON_ERROR_DROPPED)
        ? context
        : context.put(ON_ERROR_DROPPED, (Consumer<Throwable>) this::dropped);
  }

  /// An operation that was stopped fails, and nobody hears it any more; to Reactor that is an error
  /// to be logged.
  private void dropped(Throwable failure) {
    if (scope.cancellation().isCancelled()) {
      LOGGER.log(Level.DEBUG, "after the stop", failure);
    } else {
      Operators.onErrorDropped(failure, Context.empty());
    }
  }

  private void hangUp() {
    leftAt = System.nanoTime();
    tellRoute();
    CancelPolicy policy = policy();
    if (policy == CancelPolicy.FINISH) {
      state.compareAndSet(State.RUNNING, State.ALONE);
    } else {
      stop(new CancelReason.ClientClosed(), policy);
    }
  }

  /// The scope's own cancel; after a hang-up it is no news.
  private void outOfTime(CancelReason reason) {
    tellRoute();
    if (reason.isHangUp() || !stop(reason, policy())) {
      return;
    }
    if (exchange.getResponse().setStatusCode(HttpStatus.GATEWAY_TIMEOUT)) {
      sink.success();
    } else {
      sink.error(new CancelledException(reason)); // cuts what has begun
    }
  }

  private boolean stop(CancelReason reason, CancelPolicy policy) {
    if (!state.compareAndSet(State.RUNNING, State.STOPPED)) {
      return false;
    }
    Instant now = Instant.now();
    scope.cancelAndAwait(reason).thenAccept(report -> record(now, policy, report));
    dispose();
    close(null);
    return true;
  }

  /// Never on this thread, which may be an I/O loop's: it waits for work that was carried away.
  ///
  /// @param left why nobody waited, if it went on alone
  private void close(@Nullable CancelReason left) {
    Thread.ofVirtual()
        .name("hangup-close")
        .start(() -> {
          try {
            scope.close();
          } finally { // or it would be shown in flight for ever
            if (sight != null) {
              sight.leave(left);
            }
          }
        });
  }

  @Override
  protected void hookOnComplete() {
    end(null);
  }

  @Override
  protected void hookOnError(Throwable failure) {
    end(failure);
  }

  private void end(@Nullable Throwable failure) {
    tellRoute();
    switch (state.getAndSet(State.OVER)) {
      case RUNNING -> {
        close(null);
        if (failure == null) {
          sink.success();
        } else {
          sink.error(failure);
        }
      }
      case ALONE -> {
        CancelReason left = new CancelReason.ClientClosed();
        close(left);
        LOGGER.log(Level.DEBUG, "the client had left", failure);
        Duration alone = Duration.ofNanos(System.nanoTime() - leftAt);
        CancelReport report = new CancelReport(left, Duration.ZERO, alone, 0, 0, 0, List.of());
        record(Instant.now().minus(alone), CancelPolicy.FINISH, report);
      }
      case STOPPED, OVER -> LOGGER.log(Level.DEBUG, "after the stop", failure);
    }
  }

  private CancelPolicy policy() {
    Object handler = exchange.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE);
    CancelPolicy chosen = policies.chosen(exchange.getRequest().getMethod().name(), handler);
    return chosen == null ? CancelPolicy.INTERRUPT : chosen;
  }

  private void record(Instant time, CancelPolicy policy, CancelReport report) {
    Object route = exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    hangUps.add(
        HangUp.of(
            time,
            exchange.getRequest().getMethod().name(),
            route == null ? null : route.toString(),
            policy,
            report));
  }
}
