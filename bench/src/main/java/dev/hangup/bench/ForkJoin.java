package dev.hangup.bench;

import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;

/// Forked by a virtual thread, as by a server's handler.
@Operation(
    value = "fork and join; virtual threads: %s",
    note = "Tasks that return at once. Hangup: scope opened, forked, joined, closed.")
@Fork(
    value = 2,
    jvmArgsAppend = {
      "-Xms512m",
      "-Xmx512m",
      "--sun-misc-unsafe-memory-access=allow",
      "-Djmh.executor=VIRTUAL"
    })
public class ForkJoin extends Benchmarked {
  @Param({"1", "10"})
  public int tasks;

  private final Callable<Integer> task = () -> 1;

  @Benchmark
  public void hangup() throws Exception {
    try (CancelScope scope = CancelScope.open(Cancellation.detached(), o -> o)) {
      for (int i = 0; i < tasks; i++) {
        var _ = scope.fork(task);
      }
      scope.join();
    }
  }

  @Benchmark
  public void completableFuture() {
    CompletableFuture<?>[] futures = new CompletableFuture<?>[tasks];
    for (int i = 0; i < tasks; i++) {
      futures[i] = CompletableFuture.supplyAsync(() -> 1, Thread::startVirtualThread);
    }
    CompletableFuture.allOf(futures).join();
  }

  @Benchmark
  public void jdkThreads() throws InterruptedException {
    Thread[] threads = new Thread[tasks];
    for (int i = 0; i < tasks; i++) {
      threads[i] = Thread.startVirtualThread(() -> {});
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Benchmark
  public void jdkExecutor() {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < tasks; i++) {
        var _ = executor.submit(task);
      }
    }
  }
}
