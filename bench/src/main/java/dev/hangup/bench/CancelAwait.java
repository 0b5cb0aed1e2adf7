package dev.hangup.bench;

import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import io.grpc.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/// The whole life, since each cancel is awaited. For the others, too, each listener runs on a
/// virtual thread of its own.
@Operation(
    value = "open, register, `cancel()`, until all have run; listeners: %s",
    note = "Until all have run: each on a virtual thread of its own, as Hangup does it.")
public class CancelAwait extends Benchmarked {
  private static final CancelReason REASON = new CancelReason.ClientClosed();

  @Param({"1", "100"})
  public int listeners;

  private final Executor executor = Thread::startVirtualThread;

  @Benchmark
  public void hangup() throws InterruptedException {
    CountDownLatch fired = new CountDownLatch(listeners);
    try (CancelScope scope = CancelScope.open(Cancellation.detached(), o -> o)) {
      for (int i = 0; i < listeners; i++) {
        scope.cancellation().onCancel(_ -> fired.countDown());
      }
      scope.cancel(REASON);
      fired.await();
    }
  }

  @Benchmark
  public void grpc() throws InterruptedException {
    CountDownLatch fired = new CountDownLatch(listeners);
    try (Context.CancellableContext context = Context.ROOT.withCancellation()) {
      for (int i = 0; i < listeners; i++) {
        context.addListener(_ -> fired.countDown(), executor);
      }
      context.cancel(null);
      fired.await();
    }
  }

  @Benchmark
  public void completableFuture() throws InterruptedException {
    CountDownLatch fired = new CountDownLatch(listeners);
    CompletableFuture<String> future = new CompletableFuture<>();
    for (int i = 0; i < listeners; i++) {
      var _ = future.whenCompleteAsync((_, _) -> fired.countDown(), executor);
    }
    future.cancel(false);
    fired.await();
  }
}
