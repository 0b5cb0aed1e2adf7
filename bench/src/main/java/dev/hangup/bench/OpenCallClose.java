package dev.hangup.bench;

import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import io.grpc.Context;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.infra.Blackhole;

/// Hangup and gRPC both bind the work to the thread for the time of the call; Hangup makes the
/// thread one to interrupt besides.
@Operation("open a scope, work in it, close it")
public class OpenCallClose extends Benchmarked {

  @Benchmark
  public void hangup(Blackhole blackhole) throws Exception {
    try (CancelScope scope = CancelScope.open(Cancellation.detached(), o -> o)) {
      blackhole.consume(scope);
      blackhole.consume(scope.call(() -> 1));
    }
  }

  @Benchmark
  public void grpc(Blackhole blackhole) throws Exception {
    try (Context.CancellableContext context = Context.ROOT.withCancellation()) {
      blackhole.consume(context);
      blackhole.consume(context.call(() -> 1));
    }
  }
}
