package dev.hangup.server;

import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.Deadline;
import dev.hangup.DeadlineFields;
import dev.hangup.ObservedRequest;
import dev.hangup.RequestObserver;
import dev.hangup.Straggler;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// How an exchange begins: it is refused, answered at once, waits at a gate, or is handed to its
/// handler.
///
/// Only the event loop; [#turn()], [#sentAway()], [#straggles(Straggler)] and [#left()] are for any
/// thread, [#routed(String)], [#follow(CancelScope)] and [#ended(OptionalInt, Optional)] too, once
/// the handler runs.
final class Entrance {
  private final ServerContext context;
  private final Wire wire;
  private final Exchange exchange;
  private final @Nullable Request request;
  private final Response response;
  private final @Nullable Deadline deadline;
  private final Passage passage;
  private @Nullable ObservedRequest observed;

  /// @param request null where it is refused
  Entrance(
      ServerContext context,
      Wire wire,
      Exchange exchange,
      @Nullable Request request,
      Response response) {
    this.context = context;
    this.wire = wire;
    this.exchange = exchange;
    this.request = request;
    this.response = response;
    this.deadline =
        DeadlineFields.read(exchange.head().headers()::get, context.options().maxDeadline())
            .orElse(null);
    this.passage = new Passage(this, wire.gates());
  }

  void start() {
    HttpException refusal = context.isStopping() ? Failures.stopping() : exchange.refusal();
    if (refusal != null || request == null) {
      observe();
      refuse(refusal == null ? Failures.stopping() : refusal);
    } else if (isAboutHealth(request)) {
      exchange.handlerReturned();
    } else {
      observe();
      switch (passage.proceed()) {
        case PASS -> begin(request);
        case WAIT -> {} // for its turn
        case REFUSE -> refuse(Failures.busy());
      }
    }
  }

  private void observe() {
    RequestObserver observer = context.options().observer();
    if (observer != null && observed == null) {
      observed = ObservedRequest.begin(observer, exchange.requestHead());
    }
  }

  /// The route was found.
  void routed(String pattern) {
    if (observed != null) {
      observed.routed(pattern);
    }
  }

  /// The work runs in this scope.
  void follow(CancelScope scope) {
    if (observed != null) {
      observed.follow(scope);
    }
  }

  /// The exchange is over.
  void ended(OptionalInt status, Optional<CancelReason> reason) {
    if (observed != null) {
      observed.ended(status, reason);
    }
  }

  private boolean isAboutHealth(Request asked) {
    Health health = context.options().health();
    return health != null && health.answers(asked, response, context.isDraining());
  }

  /// The gate that it waited at lets it pass. Always later, for whoever lets it pass may be one
  /// that could not begin, of many.
  void turn() {
    wire.execute(() -> {
      passage.turn();
      if (exchange.isUnanswered()) {
        start();
      } else {
        passage.leave();
      }
    });
  }

  /// The gate that it waited at lets nobody pass.
  void sentAway() {
    wire.execute(() -> {
      passage.sentAway();
      refuse(Failures.busy());
    });
  }

  private void begin(Request asked) {
    if (deadline != null && deadline.isExpired()) {
      refuse(Failures.late());
      return;
    }
    HandlerRun run = new HandlerRun(context, exchange, asked, response, deadline);
    exchange.scopes().begin(run.scope());
    follow(run.scope());
    context.inFlight().begin();
    Thread thread = Thread.ofVirtual().name("hangup-handler").unstarted(run);
    context.starts(wire.socket().eventLoop()).add(thread);
  }

  private void refuse(HttpException why) {
    passage.leave();
    if (exchange.isUnanswered()) {
      if (why.status() == 503) {
        response.header("Retry-After", "1");
      }
      exchange.answer(why);
      exchange.handlerReturned();
    }
  }

  /// The server stops.
  void stop() {
    if (passage.giveUp()) {
      refuse(Failures.stopping());
    } else {
      exchange.cancel(new CancelReason.ServerStopping());
    }
  }

  /// The client has left: what waits need not begin.
  void giveUp() {
    observe();
    boolean _ = passage.giveUp();
  }

  /// The handler goes on although its grace is over.
  void straggles(Straggler straggler) {
    passage.straggles();
    if (observed != null) {
      observed.straggles(straggler);
    }
  }

  /// The handler's thread ends: only now its places are free.
  void left() {
    passage.leave();
    exchange.handlerReturned();
  }
}
