package dev.hangup.bench;

import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import io.grpc.Context;
import java.util.concurrent.CompletableFuture;
import kotlinx.coroutines.CompletableJob;
import kotlinx.coroutines.JobKt;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.infra.Blackhole;

/// The Blackhole keeps the scope from being optimized away.
@Operation("open and close a scope")
public class OpenClose extends Benchmarked {

  @Benchmark
  public void hangup(Blackhole blackhole) {
    try (CancelScope scope = CancelScope.open(Cancellation.detached(), o -> o)) {
      blackhole.consume(scope);
    }
  }

  @Benchmark
  public void grpc(Blackhole blackhole) {
    try (Context.CancellableContext context = Context.ROOT.withCancellation()) {
      blackhole.consume(context);
    }
  }

  @Benchmark
  public void completableFuture(Blackhole blackhole) {
    CompletableFuture<String> future = new CompletableFuture<>();
    blackhole.consume(future);
    future.complete("done");
  }

  @Benchmark
  public void kotlin(Blackhole blackhole) {
    CompletableJob job = JobKt.Job(null);
    blackhole.consume(job);
    job.complete();
  }
}
