package dev.hangup.bench;

import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import io.grpc.Context;
import java.lang.invoke.VarHandle;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/// What a loop that computes does every time round. Loops as [Current] does.
@Operation(
    value = "`current().check()`",
    note =
        "`current().check()`: of gRPC `Context.current().isCancelled()`, of the JDK"
            + " `Thread.currentThread().isInterrupted()`.")
public class CurrentCheck extends Benchmarked {
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
  public int hangup() throws Exception {
    return scope.call(() -> {
      for (int i = 0; i < LOOPS; i++) {
        Cancellation.current().check();
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
        blackhole.consume(Context.current().isCancelled());
        VarHandle.acquireFence();
      }
      return LOOPS;
    });
  }

  @Benchmark
  @OperationsPerInvocation(LOOPS)
  public int jdkThreads(Blackhole blackhole) {
    for (int i = 0; i < LOOPS; i++) {
      blackhole.consume(Thread.currentThread().isInterrupted());
      VarHandle.acquireFence();
    }
    return LOOPS;
  }
}
