package dev.hangup.bench;

import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import io.grpc.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/// As on a server, other work has earlier deadlines: the timer need not be woken for this one.
@Operation("open and close a scope that has a deadline, among 100 others")
public class OpenCloseDeadline extends Benchmarked {
  private static final int OTHERS = 100;
  private static final int EARLIER_SECONDS = 60;
  private static final int SECONDS = 90;

  private final Duration timeout = Duration.ofSeconds(SECONDS);
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final List<CancelScope> scopes = new ArrayList<>();

  @Setup
  public void openOthers() {
    timer.setRemoveOnCancelPolicy(true);
    for (int i = 0; i < OTHERS; i++) {
      Duration earlier = Duration.ofSeconds(EARLIER_SECONDS);
      scopes.add(CancelScope.open(Cancellation.detached(), o -> o.withTimeout(earlier)));
      var _ = timer.schedule(() -> {}, EARLIER_SECONDS, TimeUnit.SECONDS);
      var _ = new CompletableFuture<String>().orTimeout(EARLIER_SECONDS, TimeUnit.SECONDS);
    }
  }

  @TearDown
  public void closeOthers() {
    scopes.forEach(CancelScope::close);
    timer.shutdownNow();
  }

  @Benchmark
  public void hangup(Blackhole blackhole) {
    try (CancelScope scope =
        CancelScope.open(Cancellation.detached(), o -> o.withTimeout(timeout))) {
      blackhole.consume(scope);
    }
  }

  @Benchmark
  public void grpc(Blackhole blackhole) {
    try (Context.CancellableContext context =
        Context.ROOT.withDeadlineAfter(SECONDS, TimeUnit.SECONDS, timer)) {
      blackhole.consume(context);
    }
  }

  @Benchmark
  public void completableFuture(Blackhole blackhole) {
    CompletableFuture<String> future =
        new CompletableFuture<String>().orTimeout(SECONDS, TimeUnit.SECONDS);
    blackhole.consume(future);
    future.complete("done");
  }
}
