package dev.hangup.server;

import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.Deadline;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What the virtual thread of one exchange does: runs the handler in the request's work, completes
/// what it leaves open, and answers for it where it fails.
final class HandlerRun implements Runnable {
  private final ServerContext context;
  private final Exchange exchange;
  private final CancelScope scope;
  private final Request request;
  private final Response response;

  HandlerRun(
      ServerContext context,
      Exchange exchange,
      Request request,
      Response response,
      @Nullable Deadline deadline) {
    this.context = context;
    this.exchange = exchange;
    CancelScope.Options named =
        context
            .scopeOptions()
            .withName(exchange.name())
            .withStragglerListener(exchange.entrance()::straggles);
    this.scope =
        CancelScope.open(
            Cancellation.detached(), deadline == null ? named : named.withDeadline(deadline));
    this.request = request;
    this.response = response;
  }

  CancelScope scope() {
    return scope;
  }

  @Override
  public void run() {
    try {
      scope.call(this::handle);
      finish();
    } catch (Throwable failure) {
      failed(failure);
    } finally {
      scope.close();
      response.release();
      request.end();
      exchange.entrance().left();
      context.inFlight().end();
    }
  }

  private @Nullable Void handle() throws Exception {
    context.handler().handle(request, response);
    if (!response.isSent()) {
      exchange.scopes().cancellation().check(); // it swallowed its cancel
    }
    return null;
  }

  /// The handler returned: complete what it left open.
  private void finish() throws IOException {
    ResponseBody open = response.stream();
    if (!response.isSent()) {
      response.status(204).empty();
    } else if (open != null) {
      open.end();
    }
  }

  /// The handler threw: say so if that is still possible, else cut the answer.
  private void failed(Throwable failure) {
    HttpException answer = exchange.owed(Failures.answerTo(failure));
    if (answer == null) {
      return;
    }
    boolean told = failure instanceof CancelledException && scope.cancellation().isCancelled();
    if (answer.status() == 500 && !told) {
      context.handlerFailed(exchange.name(), failure);
    }
    ResponseBody open = response.stream();
    if (!response.isSent()) {
      exchange.answer(answer);
    } else if (open != null && !open.isEnded()) {
      exchange.cut();
    }
  }
}
