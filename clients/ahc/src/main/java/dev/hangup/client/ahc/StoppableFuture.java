package dev.hangup.client.ahc;

import dev.hangup.Abort;
import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import io.netty.channel.Channel;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.asynchttpclient.ListenableFuture;
import org.asynchttpclient.netty.NettyResponseFuture;

/// The future that the caller gets: it tells of a cancel by its reason.
///
/// The client's own `cancel` closes the connection that it last saw, which may serve another
/// request by then. On the connection's event loop none ends meanwhile, so a stop looks there
/// whether this one has. One that has no connection yet is cancelled at once, and closes the one
/// that it gets.
///
/// **Thread safety**: any thread.
final class StoppableFuture<T> implements ListenableFuture<T>, Abort {
  private final ListenableFuture<T> future;
  private final Cancellation work;
  private final CompletableFuture<T> told = new CompletableFuture<>();

  StoppableFuture(ListenableFuture<T> future, Cancellation work) {
    this.future = future;
    this.work = work;
    var _ =
        future
            .toCompletableFuture()
            .whenComplete((value, failure) -> {
              if (failure == null) {
                told.complete(value);
              } else {
                told.completeExceptionally(
                    failure instanceof CancellationException cancelled
                        ? because(cancelled)
                        : failure);
              }
            });
  }

  private CancellationException because(CancellationException cancelled) {
    return work.reason()
        .<CancellationException>map(why -> new CancelledException(why, cancelled))
        .orElse(cancelled);
  }

  void stop() {
    Channel channel = future instanceof NettyResponseFuture<?> exchange ? exchange.channel() : null;
    if (channel == null) {
      future.cancel(true);
    } else {
      channel
          .eventLoop()
          .execute(() -> {
            if (!future.isDone()) {
              future.cancel(true);
            }
          });
    }
  }

  @Override
  public void abort(CancelReason reason, int attempt) {
    stop();
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    try {
      return Cancellation.current().<T, Exception>abortable(this, future::get);
    } catch (Exception failure) {
      throw unwrapped(failure);
    }
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    try {
      return Cancellation.current().<T, Exception>abortable(this, () -> future.get(timeout, unit));
    } catch (TimeoutException e) {
      throw e;
    } catch (Exception failure) {
      throw unwrapped(failure);
    }
  }

  /// What is to be thrown as an `ExecutionException`, or itself.
  private ExecutionException unwrapped(Exception failure) throws InterruptedException {
    return switch (failure) {
      case InterruptedException interrupted -> throw interrupted;
      case CancelledException cancelled -> throw cancelled;
      case CancellationException cancelled -> throw because(cancelled);
      case RuntimeException wrong -> throw wrong;
      case ExecutionException failed -> failed;
      default -> new ExecutionException(failure);
    };
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    return future.cancel(mayInterrupt);
  }

  @Override
  public boolean isCancelled() {
    return future.isCancelled();
  }

  @Override
  public boolean isDone() {
    return future.isDone();
  }

  @Override
  public void done() {
    future.done();
  }

  @Override
  public void abort(Throwable failure) {
    future.abort(failure);
  }

  @Override
  public void touch() {
    future.touch();
  }

  @Override
  public ListenableFuture<T> addListener(Runnable listener, Executor executor) {
    var _ = future.addListener(listener, executor);
    return this;
  }

  @Override
  public CompletableFuture<T> toCompletableFuture() {
    return told;
  }
}
