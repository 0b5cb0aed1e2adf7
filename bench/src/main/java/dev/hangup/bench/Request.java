package dev.hangup.bench;

import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import dev.hangup.Registration;
import io.grpc.Context;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.infra.Blackhole;

/// What a server adds to a request that nobody hangs up on.
@Operation("one request: open with prepared options, work, register and unregister in it, close")
public class Request extends Benchmarked {
  private final CancelScope.Options options =
      CancelScope.Options.defaults().withName("GET /").withInterrupts(true);
  private final Context.CancellationListener onCancelled = _ -> {};

  @Benchmark
  public void hangup(Blackhole blackhole) throws Exception {
    try (CancelScope scope = CancelScope.open(Cancellation.detached(), _ -> options)) {
      blackhole.consume(scope);
      blackhole.consume(scope.call(() -> handle(blackhole)));
    }
  }

  private int handle(Blackhole blackhole) {
    try (Registration registration = Cancellation.current().onCancel(_ -> {})) {
      blackhole.consume(registration);
      return 1;
    }
  }

  @Benchmark
  public void grpc(Blackhole blackhole) throws Exception {
    try (Context.CancellableContext context = Context.ROOT.withCancellation()) {
      blackhole.consume(context);
      blackhole.consume(context.call(this::handleInContext));
    }
  }

  private int handleInContext() {
    Context context = Context.current();
    context.addListener(onCancelled, Runnable::run);
    context.removeListener(onCancelled);
    return 1;
  }
}
