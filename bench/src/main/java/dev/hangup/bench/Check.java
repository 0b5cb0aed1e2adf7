package dev.hangup.bench;

import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import io.grpc.Context;
import java.util.concurrent.CompletableFuture;
import kotlinx.coroutines.CompletableJob;
import kotlinx.coroutines.JobKt;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.TearDown;

/// The work is at hand; nothing is looked up.
@Operation(
    value = "`check()`",
    note =
        "`check()`: of gRPC `isCancelled()`, of `CompletableFuture` `isDone()`, of Kotlin `isActive()`.")
public class Check extends Benchmarked {
  private final CancelScope scope = CancelScope.open(Cancellation.detached(), o -> o);
  private final Cancellation cancellation = scope.cancellation();
  private final Context.CancellableContext context = Context.ROOT.withCancellation();
  private final CompletableFuture<String> future = new CompletableFuture<>();
  private final CompletableJob job = JobKt.Job(null);

  @TearDown
  public void close() {
    scope.close();
    context.close();
    job.complete();
  }

  @Benchmark
  public void hangup() {
    cancellation.check();
  }

  @Benchmark
  public boolean grpc() {
    return context.isCancelled();
  }

  @Benchmark
  public boolean completableFuture() {
    return future.isDone();
  }

  @Benchmark
  public boolean kotlin() {
    return job.isActive();
  }
}
