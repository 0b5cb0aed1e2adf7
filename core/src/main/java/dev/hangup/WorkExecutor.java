package dev.hangup;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;

/// Another executor, doing its tasks as part of a work.
final class WorkExecutor extends AbstractExecutorService {
  private final Work work;
  private final ExecutorService executor;

  WorkExecutor(Work work, ExecutorService executor) {
    this.work = work;
    this.executor = executor;
  }

  /// What is submitted arrives here as a future, which must hear of a cancel even before its start:
  /// it is run in any case, and the work is entered inside it. So is a bare task, for somebody may
  /// wait for what it does at its end.
  @Override
  public void execute(Runnable task) {
    executor.execute(task instanceof Submitted<?> ? task : () -> run(task));
  }

  private void run(Runnable task) {
    boolean[] begun = {false};
    try {
      work.wrap(
              (Runnable)
                  () -> {
                    begun[0] = true;
                    task.run();
                  })
          .run();
    } catch (IllegalStateException failure) {
      if (begun[0]) { // else it is a CancelledException, or says that the work is over
        throw failure;
      }
      Run.invokeCancelled(work, task);
    }
  }

  @Override
  protected <T> RunnableFuture<T> newTaskFor(Callable<T> task) {
    return new Submitted<>(work.wrap(task));
  }

  @Override
  protected <T> RunnableFuture<T> newTaskFor(Runnable task, T value) {
    return new Submitted<>(work.wrap(Executors.callable(task, value)));
  }

  private static final class Submitted<T> extends FutureTask<T> {
    Submitted(Callable<T> task) {
      super(task);
    }
  }

  @Override
  public void shutdown() {
    executor.shutdown();
  }

  @Override
  public List<Runnable> shutdownNow() {
    return executor.shutdownNow();
  }

  @Override
  public boolean isShutdown() {
    return executor.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return executor.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return executor.awaitTermination(timeout, unit);
  }
}
