package dev.hangup.bench;

import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import io.grpc.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import kotlin.Unit;
import kotlinx.coroutines.CompletableJob;
import kotlinx.coroutines.JobKt;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// How long the canceller is kept. A batch is opened beforehand, then cancelled one by one; all is
/// quiet again before the next batch.
@Operation(
    value = "`cancel()`, until it returns; listeners: %s",
    note =
        "Until it returns: by then the others have run their listeners, Hangup has begun to."
            + " The bytes include the opening.")
public class Cancel extends Benchmarked {
  private static final int BATCH = 64;
  private static final CancelReason REASON = new CancelReason.ClientClosed();

  @Param({"0", "1", "100"})
  public int listeners;

  private final LongAdder fired = new LongAdder();

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void hangup(Scopes opened) {
    for (CancelScope scope : opened.scopes) {
      scope.cancel(REASON);
    }
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void grpc(Contexts opened) {
    for (Context.CancellableContext context : opened.contexts) {
      context.cancel(null);
    }
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void completableFuture(Futures opened) {
    for (CompletableFuture<String> future : opened.futures) {
      future.cancel(false);
    }
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void kotlin(Jobs opened) {
    for (CompletableJob job : opened.jobs) {
      job.cancel(null);
    }
  }

  /// A batch of Hangup's.
  @State(Scope.Thread)
  public static class Scopes {
    private final List<CancelScope> scopes = new ArrayList<>(BATCH);

    @Setup(Level.Invocation)
    public void open(Cancel benchmark) {
      for (int i = 0; i < BATCH; i++) {
        CancelScope scope = CancelScope.open(Cancellation.detached(), o -> o);
        for (int j = 0; j < benchmark.listeners; j++) {
          scope.cancellation().onCancel(_ -> benchmark.fired.increment());
        }
        scopes.add(scope);
      }
    }

    @TearDown(Level.Invocation)
    public void close() {
      for (CancelScope scope : scopes) {
        scope.cancelAndAwait(REASON).toCompletableFuture().join();
        scope.close();
      }
      scopes.clear();
    }
  }

  /// A batch of gRPC's.
  @State(Scope.Thread)
  public static class Contexts {
    private final List<Context.CancellableContext> contexts = new ArrayList<>(BATCH);

    @Setup(Level.Invocation)
    public void open(Cancel benchmark) {
      contexts.clear();
      for (int i = 0; i < BATCH; i++) {
        Context.CancellableContext context = Context.ROOT.withCancellation();
        for (int j = 0; j < benchmark.listeners; j++) {
          context.addListener(_ -> benchmark.fired.increment(), Runnable::run);
        }
        contexts.add(context);
      }
    }
  }

  /// A batch of the JDK's.
  @State(Scope.Thread)
  public static class Futures {
    private final List<CompletableFuture<String>> futures = new ArrayList<>(BATCH);

    @Setup(Level.Invocation)
    public void open(Cancel benchmark) {
      futures.clear();
      for (int i = 0; i < BATCH; i++) {
        CompletableFuture<String> future = new CompletableFuture<>();
        for (int j = 0; j < benchmark.listeners; j++) {
          var _ = future.whenComplete((_, _) -> benchmark.fired.increment());
        }
        futures.add(future);
      }
    }
  }

  /// A batch of Kotlin's.
  @State(Scope.Thread)
  public static class Jobs {
    private final List<CompletableJob> jobs = new ArrayList<>(BATCH);

    @Setup(Level.Invocation)
    public void open(Cancel benchmark) {
      jobs.clear();
      for (int i = 0; i < BATCH; i++) {
        CompletableJob job = JobKt.Job(null);
        for (int j = 0; j < benchmark.listeners; j++) {
          job.invokeOnCompletion(_ -> {
            benchmark.fired.increment();
            return Unit.INSTANCE;
          });
        }
        jobs.add(job);
      }
    }
  }
}
