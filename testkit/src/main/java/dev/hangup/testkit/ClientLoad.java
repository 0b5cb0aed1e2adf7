package dev.hangup.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hangup.CancelScope;
import dev.hangup.CancelledException;
import dev.hangup.Fork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/// Thousands of calls of a client of the [ClientContract].
final class ClientLoad {
  private static final int CALLERS = 8;
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private final Peer peer;
  private final ClientContract.Client client;
  private final List<ClientContract.Mode> modes;

  ClientLoad(Peer peer, ClientContract.Client client, Set<ClientContract.Mode> modes) {
    this.peer = peer;
    this.client = client;
    this.modes = modes.stream().filter(mode -> mode != ClientContract.Mode.STREAM_UNREAD).toList();
  }

  /// Aborts many calls, some before their answer and some in the middle: afterwards no more is open
  /// than before, on either side.
  void abortedCallsLeakNothing(int calls) throws Exception {
    abort(CALLERS * 8);
    assertEquals("answer", client.get(peer.uri(Scene.ANSWER)));
    peer.forget();
    awaitAtMost("connections", peer::connections, CALLERS);
    int connections = peer.connections();
    int descriptors = descriptors();
    int threads = threads();
    abort(calls);
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
      exchange.awaitLeft(30_000);
    }
    peer.forget();
  }

  private void abortOne(int number) throws Exception {
    Scene scene = number / 3 % 2 == 0 ? Scene.BEFORE_HEADERS : Scene.MID_BODY;
    try (CancelScope scope = CancelScope.open()) {
      ClientCall call =
          new ClientCall(modes.get(number % modes.size()), client, peer.uri(scene, number));
      Fork<String> fork = scope.fork(call::run);
      if (number / 6 % 2 == 0) {
        var _ = peer.tagged(number).get(30, TimeUnit.SECONDS);
      } else {
        pause(0, 2_000); // it may have been sent, or be on its way, or not
      }
      scope.cancel(ClientContract.hangUp());
      assertTrue(cancelled(fork), "an answer to what has none");
    }
  }

  private static void pause(int leastMicros, int mostMicros) {
    int micros = ThreadLocalRandom.current().nextInt(leastMicros, mostMicros);
    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
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
  void cancelMeetsAnswer(int rounds) throws Exception {
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger cancelled = new AtomicInteger();
    try (CancelScope callers = CancelScope.open()) {
      for (int i = 0; i < 2; i++) {
        callers.fork(() -> {
          int micros = 500;
          for (int round = 0; round < rounds / 2; round++) {
            boolean late = meet(micros);
            (late ? answered : cancelled).incrementAndGet();
            int longer = answered.get() == 0 ? 20 : 11; // the first calls of a JVM take long
            micros =
                Math.clamp(late ? micros * 9L / 10 : (long) micros * longer / 10 + 1, 10, 50_000);
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

  /// Returns whether the cancel came too late. Its time is at most that, and mostly near it.
  private boolean meet(int micros) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    try (CancelScope scope = CancelScope.open()) {
      Fork<String> call =
          scope.fork(() -> {
            begun.countDown();
            return client.get(peer.uri(Scene.ANSWER));
          });
      begun.await();
      pause(micros / 2, micros);
      scope.cancel(ClientContract.hangUp());
      return !cancelled(call);
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
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (count.getAsInt() > most && System.nanoTime() < end) {
      new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    }
    int last = count.getAsInt();
    assertTrue(last <= most, () -> what + ": " + last + " (expected: at most " + most + ")");
  }
}
