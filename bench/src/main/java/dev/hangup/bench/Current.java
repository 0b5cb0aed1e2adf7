package dev.hangup.bench;

import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import io.grpc.Context;
import java.lang.invoke.VarHandle;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/// A scoped value cannot be bound in a set-up, so each invocation binds it and then loops. The
/// fence, which costs nothing on x86, keeps the reads inside the loop.
@Operation("`current()`")
public class Current extends Benchmarked {
  private static final int LOOPS = 10_000;

  private final CancelScope scope = CancelScope.open(Cancellation.detached(), o -> o);
  private final Context.CancellableContext context = Context.ROOT.withCancellation();

  @TearDown
  public void close() {
    scope.close();
    context.close();
  }

  @Benchmark
  @OperationsPerInvocation(LOOPS)
  public int hangup(Blackhole blackhole) throws Exception {
    return scope.call(() -> {
      for (int i = 0; i < LOOPS; i++) {
        blackhole.consume(Cancellation.current());
        VarHandle.acquireFence();
      }
      return LOOPS;
    });
  }

  @Benchmark
  @OperationsPerInvocation(LOOPS)
  public int grpc(Blackhole blackhole) throws Exception {
    return context.call(() -> {
      for (int i = 0; i < LOOPS; i++) {
        blackhole.consume(Context.current());
        VarHandle.acquireFence();
      }
      return LOOPS;
    });
  }
}
