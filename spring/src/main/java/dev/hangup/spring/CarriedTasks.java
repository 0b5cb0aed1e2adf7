package dev.hangup.spring;

import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import dev.hangup.Registration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.springframework.core.task.TaskDecorator;

/// Carries a request's cancel to the tasks that it gives to Spring's executor, with `@Async` for
/// instance.
///
/// A task may outlive its request: a mail that is sent after the answer. So it is no part of the
/// request's work, which nothing waits for; it is work of its own, which is cancelled when the
/// request is, as long as that runs. The request's deadline is not the task's.
final class CarriedTasks implements TaskDecorator {
  private static final ExecutorService HERE = new CallingThread();

  @Override
  public Runnable decorate(Runnable task) {
    Cancellation request = Cancellation.current();
    return request == Cancellation.detached() ? task : () -> run(task, request);
  }

  private static void run(Runnable task, Cancellation request) {
    try (CancelScope scope =
        CancelScope.open(Cancellation.detached(), options -> options.withName("task"))) {
      Registration link = request.onCancel(scope::cancel);
      // Run in any case, interrupted if it comes too late: somebody may wait for its end.
      try (link) {
        request.reason().ifPresent((CancelReason reason) -> scope.cancel(reason));
        scope.cancellation().wrap(HERE).execute(task);
      }
    }
  }

  private static final class CallingThread extends AbstractExecutorService {
    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void shutdown() {
      throw new UnsupportedOperationException("shutdown");
    }

    @Override
    public List<Runnable> shutdownNow() {
      throw new UnsupportedOperationException("shutdownNow");
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }
  }
}
