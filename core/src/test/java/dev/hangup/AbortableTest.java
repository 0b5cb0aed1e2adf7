package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AbortableTest {
  private static final CancelReason CLOSED = new CancelReason.ClientClosed();

  @Test
  void abortStopsTheOperationAndItsOwnExceptionIsTheCause() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    try (CancelScope scope = CancelScope.open()) {
      cancelWhenInside(scope);
      assertThatThrownBy(() ->
              scope.call(() ->
                  Cancellation.current()
                      .abortable(
                          (reason, attempt) ->
                              answer.completeExceptionally(new IllegalStateException("57014")),
                          () -> answer.get())))
          .isInstanceOf(CancelledException.class)
          .hasCauseInstanceOf(ExecutionException.class);
    }
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void abortIsRepeatedUntilTheOperationReturns() throws Exception {
    AtomicInteger aborts = new AtomicInteger();
    CountDownLatch fifth = new CountDownLatch(5);
    try (CancelScope scope = CancelScope.open()) {
      cancelWhenInside(scope);
      assertThatThrownBy(() ->
              scope.call(() ->
                  Cancellation.current()
                      .abortable(
                          (reason, attempt) -> {
                            assertThat(attempt).isEqualTo(aborts.getAndIncrement());
                            fifth.countDown();
                            throw new IllegalStateException("failing aborts are repeated too");
                          },
                          () -> fifth.await(30, TimeUnit.SECONDS))))
          .isInstanceOf(CancelledException.class)
          .hasNoCause();
      CancelReport report = Await.value(scope.cancelAndAwait(CLOSED));
      assertThat(report.aborts()).isEqualTo(aborts.get()).isGreaterThanOrEqualTo(5);
      assertThat(report.refires()).isEqualTo(report.aborts() - 1);
      int last = aborts.get();
      Deadline later = Deadline.after(Duration.ofMillis(80));
      Await.until(later::isExpired);
      assertThat(aborts).hasValue(last);
    }
  }

  @Test
  void outcomeOfACancelledOperationCountsForNothing() {
    try (CancelScope scope = CancelScope.open()) {
      assertThatThrownBy(() ->
              scope.call(() ->
                  Cancellation.current()
                      .abortable(
                          (reason, attempt) -> {},
                          () -> {
                            scope.cancel(CLOSED);
                            return "a killed query can look like a result";
                          })))
          .isInstanceOf(CancelledException.class);
    }
  }

  @Test
  void operationOfCancelledWorkIsNotStarted() {
    AtomicBoolean started = new AtomicBoolean();
    try (CancelScope scope = CancelScope.open()) {
      scope.cancel(CLOSED);
      assertThatThrownBy(() ->
              scope
                  .cancellation()
                  .abortable((reason, attempt) -> {}, () -> started.getAndSet(true)))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(started).isFalse();
  }

  @Test
  void withoutACancelValueAndExceptionPass() throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      AtomicInteger aborts = new AtomicInteger();
      Abort abort = (reason, attempt) -> aborts.incrementAndGet();
      String value = scope.call(() -> Cancellation.current().abortable(abort, () -> "value"));
      assertThat(value).isEqualTo("value");
      assertThatThrownBy(() ->
              scope.call(() ->
                  Cancellation.current()
                      .abortable(
                          abort,
                          () -> {
                            throw new java.io.IOException("passes");
                          })))
          .isInstanceOf(java.io.IOException.class);
      assertThat(aborts).hasValue(0);
      assertThat(
              Cancellation.detached().<String, RuntimeException>abortable(abort, () -> "nobody's"))
          .isEqualTo("nobody's");
    }
  }

  @Test
  void interruptWaitsForTheGraceWhereTheAbortDoesNotHelp() throws Exception {
    Duration grace = Duration.ofMillis(60);
    try (CancelScope scope = CancelScope.open(o -> o.withGrace(grace))) {
      cancelWhenInside(scope);
      assertThatThrownBy(() -> scope.call(() -> blockIn(Abort.Interrupt.AFTER_GRACE)))
          .hasCauseInstanceOf(InterruptedException.class);
      CancelReport report = Await.value(scope.cancelAndAwait(CLOSED));
      assertThat(report.timeToStop()).isGreaterThanOrEqualTo(grace);
      assertThat(report.interrupts()).isEqualTo(1);
    }
  }

  @Test
  void graceIsThatOfTheScopeTheThreadWorksIn() throws Exception {
    Duration patient = Duration.ofMillis(400);
    Duration hasty = Duration.ofMillis(20);
    assertThat(stopUnder(hasty, patient)).isGreaterThanOrEqualTo(patient);
    assertThat(stopUnder(Duration.ofSeconds(60), hasty)).isLessThan(Duration.ofSeconds(30));
  }

  /// From the cancel of the outer scope until an operation in the inner one, whose abort does not
  /// help, was interrupted.
  private static Duration stopUnder(Duration outer, Duration inner) throws Exception {
    try (CancelScope scope = CancelScope.open(o -> o.withGrace(outer));
        CancelScope child = CancelScope.open(scope.cancellation(), o -> o.withGrace(inner))) {
      Work work = (Work) child.cancellation();
      Thread.startVirtualThread(() -> {
        Await.until(() -> hasRegion(work));
        scope.cancel(CLOSED);
      });
      assertThatThrownBy(() -> child.call(() -> blockIn(Abort.Interrupt.AFTER_GRACE)))
          .hasCauseInstanceOf(InterruptedException.class);
      return Await.value(scope.cancelAndAwait(CLOSED)).timeToStop();
    }
  }

  @Test
  void cleanUpAroundAnInnerScopeThatHasThrownHasItsGrace() {
    AtomicBoolean interrupted = new AtomicBoolean();
    try (CancelScope scope = CancelScope.open(o -> o.withGrace(Duration.ofSeconds(60)))) {
      assertThatThrownBy(() ->
              scope.call(() -> {
                try {
                  return Hangup.withDeadline(
                      Duration.ofSeconds(60),
                      () -> {
                        scope.cancel(CLOSED);
                        Cancellation.current().check();
                        return null;
                      });
                } finally {
                  try {
                    new CountDownLatch(1).await(60, TimeUnit.MILLISECONDS);
                  } catch (InterruptedException e) {
                    interrupted.set(true);
                  }
                }
              }))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(interrupted).isFalse();
  }

  @Test
  void interruptComesAtOnceWhereTheAbortAllowsIt() throws Exception {
    try (CancelScope scope = CancelScope.open(o -> o.withGrace(Duration.ofSeconds(60)))) {
      cancelWhenInside(scope);
      assertThatThrownBy(() -> scope.call(() -> blockIn(Abort.Interrupt.AT_ONCE)))
          .hasCauseInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void interruptNeverComesWhereTheAbortForbidsItAndComesAfterIt() throws Exception {
    CountDownLatch helped = new CountDownLatch(1);
    AtomicBoolean flagInside = new AtomicBoolean();
    try (CancelScope scope = CancelScope.open(o -> o.withGrace(Duration.ofMillis(20)))) {
      cancelWhenInside(scope);
      Abort abort = (reason, attempt) -> {};
      scope.cancellation().whenCancelled();
      assertThatThrownBy(() ->
              scope.call(() -> {
                try {
                  return Cancellation.current()
                      .abortable(
                          abort.withInterrupt(Abort.Interrupt.NEVER),
                          () -> {
                            Work work = (Work) scope.cancellation();
                            Await.until(() -> work.isCancelled());
                            Await.until(() -> work.stop().stragglersSoFar() == 1);
                            flagInside.set(Thread.currentThread().isInterrupted());
                            helped.countDown();
                            return null;
                          });
                } finally {
                  Await.until(Thread.currentThread()::isInterrupted);
                }
              }))
          .isInstanceOf(CancelledException.class);
      assertThat(flagInside).isFalse();
    }
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void ownersInterruptWaitsForARegionInAFork() throws Exception {
    AtomicBoolean ownerFlag = new AtomicBoolean();
    CountDownLatch inside = new CountDownLatch(1);
    try (CancelScope scope = CancelScope.open(o -> o.withGrace(Duration.ofSeconds(60)))) {
      assertThatThrownBy(() ->
              scope.call(() -> {
                Fork<String> fork =
                    scope.fork(() ->
                        Cancellation.current()
                            .abortable(
                                (reason, attempt) -> {
                                  if (attempt == 3) {
                                    inside.countDown();
                                  }
                                },
                                () -> {
                                  inside.await();
                                  return "value";
                                }));
                Await.until(() -> forkIsInRegion((Work) scope.cancellation()));
                scope.cancel(CLOSED);
                while (inside.getCount() > 0) {
                  boolean flag = Thread.currentThread().isInterrupted();
                  if (flag && inside.getCount() > 0) {
                    ownerFlag.set(true);
                  }
                }
                Await.until(fork::isDone);
                return fork.join();
              }))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(ownerFlag).isFalse();
  }

  @Test
  void futureIsCancelled() {
    CompletableFuture<String> future = new CompletableFuture<>();
    stopIn(Abort.cancelling(future), future::get);
    assertThat(future).isCancelled();
  }

  @Test
  void subscriptionIsCancelled() {
    CountDownLatch ended = new CountDownLatch(1);
    Flow.Subscription subscription =
        new Flow.Subscription() {
          @Override
          public void request(long count) {
            throw new AssertionError("nobody asked");
          }

          @Override
          public void cancel() {
            ended.countDown();
          }
        };
    stopIn(Abort.cancelling(subscription), () -> ended.await(30, TimeUnit.SECONDS));
    assertThat(ended.getCount()).isZero();
  }

  @Test
  void resourceIsClosed() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      stopIn(Abort.closing(socket), socket::accept);
      assertThat(socket.isClosed()).isTrue();
    }
  }

  /// Without an interrupt: the abort alone must do it.
  private static void stopIn(Abort abort, Op<?, Exception> op) {
    try (CancelScope scope = CancelScope.open(o -> o.withGrace(Duration.ofSeconds(60)))) {
      cancelWhenInside(scope);
      assertThatThrownBy(() -> scope.call(() -> Cancellation.current().abortable(abort, op)))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void processIsEndedPolitelyThenByForce() throws Exception {
    Process deaf =
        new ProcessBuilder("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done")
            .start();
    assertThat(deaf.inputReader().readLine()).isEqualTo("ready");
    try (CancelScope scope = CancelScope.open(o -> o.withGrace(Duration.ofSeconds(60)))) {
      cancelWhenInside(scope);
      assertThatThrownBy(() ->
              scope.call(() ->
                  Cancellation.current()
                      .abortable(Abort.destroying(deaf, Duration.ofMillis(50)), deaf::waitFor)))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(deaf.isAlive()).isFalse();
  }

  private static Object blockIn(Abort.Interrupt policy) throws Exception {
    Abort deaf = (reason, attempt) -> {};
    return Cancellation.current()
        .abortable(deaf.withInterrupt(policy), () -> new CompletableFuture<>().get());
  }

  /// Cancels as soon as the scope's work is inside an abortable region.
  private static void cancelWhenInside(CancelScope scope) {
    Work work = (Work) scope.cancellation();
    Thread.startVirtualThread(() -> {
      Await.until(() -> hasRegion(work));
      scope.cancel(CLOSED);
    });
  }

  private static boolean forkIsInRegion(Work work) {
    synchronized (work.root) {
      for (Entry entry = work.activities(); entry != null; entry = entry.next) {
        if (entry instanceof Work fork && hasRegion(fork)) {
          return true;
        }
      }
      return false;
    }
  }

  private static boolean hasRegion(Work work) {
    synchronized (work.root) {
      for (Entry entry = work.activities(); entry != null; entry = entry.next) {
        if (entry instanceof Region) {
          return true;
        }
      }
      return false;
    }
  }
}
