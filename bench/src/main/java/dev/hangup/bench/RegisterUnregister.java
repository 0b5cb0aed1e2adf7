package dev.hangup.bench;

import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import dev.hangup.Registration;
import io.grpc.Context;
import java.util.concurrent.CompletableFuture;
import kotlin.Unit;
import kotlinx.coroutines.CompletableJob;
import kotlinx.coroutines.DisposableHandle;
import kotlinx.coroutines.JobKt;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/// On a live scope, which has no other listener.
@Operation(
    value = "register and unregister a listener",
    note = "`CompletableFuture` cannot unregister: one is made, registered with and dropped.")
public class RegisterUnregister extends Benchmarked {
  private final CancelScope scope = CancelScope.open(Cancellation.detached(), o -> o);

  private final Context.CancellableContext context = Context.ROOT.withCancellation();
  private final Context.CancellationListener onCancelled = _ -> {};

  private final CompletableJob job = JobKt.Job(null);

  @TearDown
  public void close() {
    scope.close();
    context.close();
    job.complete();
  }

  @Benchmark
  public void hangup(Blackhole blackhole) {
    try (Registration registration = scope.cancellation().onCancel(_ -> {})) {
      blackhole.consume(registration);
    }
  }

  @Benchmark
  public void grpc() {
    context.addListener(onCancelled, Runnable::run);
    context.removeListener(onCancelled);
  }

  @Benchmark
  public void completableFuture(Blackhole blackhole) {
    CompletableFuture<String> future = new CompletableFuture<>();
    blackhole.consume(future);
    blackhole.consume(future.whenComplete((_, _) -> {}));
  }

  @Benchmark
  public void kotlin(Blackhole blackhole) {
    DisposableHandle handle = job.invokeOnCompletion(_ -> Unit.INSTANCE);
    blackhole.consume(handle);
    handle.dispose();
  }
}
