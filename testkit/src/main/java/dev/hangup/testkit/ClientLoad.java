package dev.hangup.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hangup.CancelScope;
import dev.hangup.CancelledException;
import dev.hangup.Fork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/// Thousands of calls of a client of the [ClientContract].
final class ClientLoad {
  private static final int ABORTS = Integer.getInteger("hangup.aborts", 2_000);
  private static final int ROUNDS = Integer.getInteger("hangup.rounds", 2_000);
  private static final int CALLERS = 8;
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private final Peer peer;
  private final ClientContract.Client client;

  ClientLoad(Peer peer, ClientContract.Client client) {
    this.peer = peer;
    this.client = client;
  }

  /// Aborts many calls, some before their answer and some in the middle: afterwards no more is open
  /// than before, on either side.
  void abortedCallsLeakNothing() throws Exception {
    abort(CALLERS * 8);
    assertEquals("answer", client.get(peer.uri(Scene.ANSWER)));
    awaitAtMost("connections", peer::connections, CALLERS);
    int connections = peer.connections();
    int descriptors = descriptors();
    int threads = threads();
    abort(ABORTS);
    assertEquals("answer", client.get(peer.uri(Scene.ANSWER)));
    awaitAtMost("connections", peer::connections, connections);
    awaitAtMost("descriptors", ClientLoad::descriptors, descriptors + 8);
    awaitAtMost("threads", ClientLoad::threads, threads + 2 * CALLERS);
  }

  private void abort(int calls) throws Exception {
    AtomicInteger left = new AtomicInteger(calls);
    try (CancelScope callers = CancelScope.open()) {
      for (int i = 0; i < CALLERS; i++) {
        callers.fork(() -> {
          for (int call = left.decrementAndGet(); call >= 0; call = left.decrementAndGet()) {
            abortOne(call);
          }
          return true;
        });
      }
      callers.join();
    }
    for (Exchange exchange = peer.nextWithin(0); exchange != null; exchange = peer.nextWithin(0)) {
      exchange.awaitLeft(5_000);
    }
    peer.forget();
  }

  private void abortOne(int number) throws Exception {
    Scene scene = number % 2 == 0 ? Scene.BEFORE_HEADERS : Scene.MID_BODY;
    try (CancelScope scope = CancelScope.open()) {
      Fork<String> call = scope.fork(() -> client.get(peer.uri(scene, number)));
      if (number % 4 < 2) {
        var _ = peer.tagged(number).get(10, TimeUnit.SECONDS);
      } else {
        pause(2_000); // it may have been sent, or be on its way, or not
      }
      scope.cancel(ClientContract.hangUp());
      assertTrue(cancelled(call), "an answer to what has none");
    }
  }

  private static void pause(int mostMicros) {
    int micros = ThreadLocalRandom.current().nextInt(mostMicros);
    long until = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  private static boolean cancelled(Fork<String> call) throws Exception {
    try {
      call.join();
      return false;
    } catch (Exception e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof CancelledException) {
          return true;
        }
      }
      throw e;
    }
  }

  /// Cancels at about the moment of the answer. The next calls, which take the same connection, are
  /// to be answered whatever came first.
  void cancelMeetsAnswer() throws Exception {
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger cancelled = new AtomicInteger();
    try (CancelScope callers = CancelScope.open()) {
      for (int i = 0; i < 2; i++) {
        callers.fork(() -> {
          for (int round = 0; round < ROUNDS / 2; round++) {
            (meet() ? cancelled : answered).incrementAndGet();
            assertEquals("answer", client.get(peer.uri(Scene.ANSWER)));
            peer.forget();
          }
          return true;
        });
      }
      callers.join();
    }
    System.out.println(answered + " answered, " + cancelled + " cancelled");
    assertTrue(answered.get() > 0 && cancelled.get() > 0, "one always came first");
  }

  private boolean meet() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    try (CancelScope scope = CancelScope.open()) {
      Fork<String> call =
          scope.fork(() -> {
            begun.countDown();
            return client.get(peer.uri(Scene.ANSWER));
          });
      begun.await();
      pause(4_000);
      scope.cancel(ClientContract.hangUp());
      return cancelled(call);
    }
  }

  private static int descriptors() {
    if (!Files.isDirectory(DESCRIPTORS)) {
      return 0;
    }
    try (Stream<Path> open = Files.list(DESCRIPTORS)) {
      return (int) open.count();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static int threads() {
    return Thread.getAllStackTraces().size();
  }

  private static void awaitAtMost(String what, IntSupplier count, int most)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (count.getAsInt() > most && System.nanoTime() < end) {
      new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    }
    int last = count.getAsInt();
    assertTrue(last <= most, () -> what + ": " + last + " (expected: at most " + most + ")");
  }
}
