package dev.hangup.demo;

import dev.hangup.Abort;
import dev.hangup.Cancellation;
import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Middleware for handlers that compute on their own thread. On virtual threads, a few of them
/// would hold all carriers, and no other handler would run.
final class OnPlatformThread implements Handler {
  private static final ExecutorService THREADS =
      Executors.newThreadPerTaskExecutor(
          Thread.ofPlatform().daemon().name("computing-", 0).factory());

  /// The inner handler belongs to the same work, so it stops by itself: here we wait until it has.
  private static final Abort NOTHING_TO_DO =
      ((Abort) (_, _) -> {}).withInterrupt(Abort.Interrupt.NEVER);

  private final Handler inner;

  OnPlatformThread(Handler inner) {
    this.inner = inner;
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    Cancellation work = Cancellation.current();
    Future<?> done =
        work.wrap(THREADS)
            .submit(() -> {
              inner.handle(request, response);
              return true;
            });
    try {
      work.abortable(NOTHING_TO_DO, done::get);
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof Exception cause ? cause : failure;
    }
  }
}
