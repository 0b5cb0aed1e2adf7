package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ForkTest {
  private static final CancelReason CLOSED = new CancelReason.ClientClosed();

  @Test
  void forksReturnTheirValues() throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      Fork<Integer> one = scope.fork(() -> 1);
      Fork<Integer> two = scope.fork(() -> 2);
      scope.join();
      assertThat(one.join() + two.join()).isEqualTo(3);
      assertThat(scope.cancellation().isCancelled()).isFalse();
    }
  }

  @Test
  void firstFailureCancelsTheSiblingsAndIsThrown() {
    CompletableFuture<CancelReason> sibling = new CompletableFuture<>();
    CountDownLatch waiting = new CountDownLatch(1);
    IOException failure = new IOException("first");
    try (CancelScope scope = CancelScope.open()) {
      Fork<Object> blocked =
          scope.fork(() -> {
            Cancellation.current().onCancel(sibling::complete);
            waiting.countDown();
            return new CompletableFuture<>().get();
          });
      scope.fork(() -> {
        waiting.await();
        throw failure;
      });
      assertThatThrownBy(scope::join).isSameAs(failure);
      assertThat(Await.value(sibling)).isEqualTo(new CancelReason.SiblingFailed(failure));
      assertThat(blocked.failure()).containsInstanceOf(CancelledException.class);
      assertThatThrownBy(blocked::join).isInstanceOf(CancelledException.class);
    }
  }

  @Test
  void laterFailuresAreSuppressed() {
    IOException first = new IOException("first");
    IOException second = new IOException("second");
    CountDownLatch both = new CountDownLatch(2);
    try (CancelScope scope = CancelScope.open(o -> o.withInterrupts(false))) {
      for (IOException failure : new IOException[] {first, second}) {
        scope.fork(() -> {
          both.countDown();
          both.await();
          throw failure;
        });
      }
      assertThatThrownBy(scope::join)
          .isInstanceOf(IOException.class)
          .satisfies(thrown ->
              assertThat(thrown.getSuppressed()).containsExactly(thrown == first ? second : first));
    }
  }

  @Test
  void failureIsThrownAlsoWhereItCancelsTheThreadThatJoins() {
    IOException failure = new IOException("first");
    for (int round = 0; round < 300; round++) {
      AtomicBoolean siblingEnded = new AtomicBoolean();
      CountDownLatch waiting = new CountDownLatch(1);
      try (CancelScope scope = CancelScope.open()) {
        assertThatThrownBy(() ->
                scope.call(() -> {
                  scope.fork(() -> {
                    try {
                      waiting.countDown();
                      return new CompletableFuture<>().get();
                    } finally {
                      siblingEnded.set(true);
                    }
                  });
                  scope.fork(() -> {
                    waiting.await();
                    throw failure;
                  });
                  scope.join();
                  return null;
                }))
            .satisfiesAnyOf(
                thrown -> assertThat(thrown).isSameAs(failure),
                thrown -> assertThat(thrown).hasCause(failure));
        assertThat(siblingEnded).isTrue();
      }
    }
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void forksFailureIsItsOwnAlsoWhereItLeftSomethingRunning() {
    IOException failure = new IOException("its own");
    try (CancelScope scope = CancelScope.open()) {
      Fork<Object> fork =
          scope.fork(() -> {
            Cancellation inside = Cancellation.current();
            CountDownLatch running = new CountDownLatch(1);
            Thread.startVirtualThread(
                inside.wrap(
                    (Runnable)
                        () -> {
                          running.countDown();
                          CancelScopeTest.awaitQuietly(new CountDownLatch(1));
                        }));
            running.await();
            throw failure;
          });
      assertThatThrownBy(scope::join).isSameAs(failure);
      assertThat(fork.failure()).containsSame(failure);
    }
  }

  @Test
  void errorsOfForksAreThrownToo() {
    try (CancelScope scope = CancelScope.open()) {
      scope.fork(() -> {
        throw new StackOverflowError("on purpose");
      });
      assertThatThrownBy(scope::join).isInstanceOf(StackOverflowError.class);
    }
  }

  @Test
  void closeCancelsForksAndWaitsForThem() {
    AtomicBoolean cleaned = new AtomicBoolean();
    CountDownLatch running = new CountDownLatch(1);
    CancelScope scope = CancelScope.open();
    try (scope) {
      scope.fork(() -> {
        try {
          running.countDown();
          return new CompletableFuture<>().get();
        } finally {
          cleaned.set(true);
        }
      });
      CancelScopeTest.awaitQuietly(running);
    }
    assertThat(cleaned).isTrue();
    assertThatThrownBy(() -> scope.fork(() -> 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void closeRightAfterForkWaitsForIt() {
    for (int round = 0; round < 1000; round++) {
      AtomicInteger inside = new AtomicInteger();
      try (CancelScope scope = CancelScope.open()) {
        scope.fork(() -> {
          inside.incrementAndGet();
          try {
            return new CompletableFuture<>().get();
          } finally {
            inside.decrementAndGet();
          }
        });
      }
      assertThat(inside).hasValue(0);
    }
  }

  @Test
  void taskOfCancelledScopeIsNeverStarted() {
    AtomicBoolean started = new AtomicBoolean();
    try (CancelScope scope = CancelScope.open()) {
      scope.cancel(CLOSED);
      Fork<Boolean> fork = scope.fork(() -> started.getAndSet(true));
      assertThat(fork.isDone()).isTrue();
      assertThatThrownBy(fork::join).isInstanceOf(CancelledException.class);
      assertThatThrownBy(scope::join).isInstanceOf(CancelledException.class);
    }
    assertThat(started).isFalse();
  }

  @Test
  void cancelOfTheParentReachesTheForksAndTheJoin() {
    CountDownLatch running = new CountDownLatch(1);
    try (CancelScope request = CancelScope.open()) {
      Thread.startVirtualThread(() -> {
        CancelScopeTest.awaitQuietly(running);
        request.cancel(CLOSED);
      });
      assertThatThrownBy(() ->
              request.call(() -> {
                try (CancelScope scope = CancelScope.open()) {
                  scope.fork(() -> {
                    running.countDown();
                    return new CompletableFuture<>().get();
                  });
                  scope.join();
                  return null;
                }
              }))
          .isInstanceOfSatisfying(
              CancelledException.class, e -> assertThat(e.reason()).isEqualTo(CLOSED));
    }
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void currentInAForkIsAChildsOfTheScope() throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      Fork<Cancellation> fork = scope.fork(Cancellation::current);
      assertThat(((Work) fork.join()).isWithin((Work) scope.cancellation())).isTrue();
    }
  }
}
