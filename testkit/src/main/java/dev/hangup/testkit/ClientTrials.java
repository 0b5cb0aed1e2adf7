package dev.hangup.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hangup.CancelReport;
import dev.hangup.CancelScope;
import dev.hangup.Hangup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One combination of the [ClientContract]'s axes, tried a few times.
final class ClientTrials {
  private static final Sight UNSEEN = Sight.of(new Leaving.Close());
  private static final CountDownLatch PAUSE = new CountDownLatch(1);

  private final Peer peer;
  private final ClientContract.Client client;
  private final ClientContract.Mode mode;
  private final Scene scene;
  private final ClientContract.End end;
  private final boolean seen;

  /// @param seen whether the peer is to see the end
  ClientTrials(
      Peer peer,
      ClientContract.Client client,
      ClientContract.Mode mode,
      Scene scene,
      ClientContract.End end,
      boolean seen) {
    this.peer = peer;
    this.client = client;
    this.mode = mode;
    this.scene = scene;
    this.end = end;
    this.seen = seen;
  }

  /// What came of a trial.
  ///
  /// @param exchange the call, as the peer sees it
  /// @param sight how it saw the client leave
  /// @param told what the caller was told
  /// @param after nanoseconds from the cancel to the sight; 0 for a deadline, which nobody sets off
  record Outcome(Exchange exchange, Sight sight, @Nullable Throwable told, long after) {}

  List<Outcome> run(int trials) throws Exception {
    boolean once = end == ClientContract.End.DEADLINE || !seen;
    List<Outcome> outcomes = new ArrayList<>();
    for (int trial = 0; trial < (once ? 1 : trials); trial++) {
      ClientCall call = new ClientCall(mode, client, peer.uri(scene));
      outcomes.add(
          switch (end) {
            case HANG_UP -> hangUp(call, trial);
            case LOST_RACE -> loseRace(call, trial);
            case DEADLINE -> exceedDeadline();
          });
    }
    return outcomes;
  }

  private static Outcome outcome(ClientCall call, Exchange exchange, long cancelledAt)
      throws Exception {
    Sight sight = exchange.awaitLeft(30_000);
    return new Outcome(exchange, sight, call.awaitFailure(), sight.at() - cancelledAt);
  }

  /// On a virtual thread and on a platform thread in turn: an interrupt does different things.
  private static Thread start(int trial, Callable<String> work) {
    Thread.Builder thread = trial % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
    return thread.start(() -> {
      try {
        work.call();
      } catch (Exception e) {
        // the call remembers it
      }
    });
  }

  /// The client may have got the head by now, or may not: both happen.
  private Exchange awaitScene(ClientCall call, int trial) throws Exception {
    Exchange exchange = peer.next();
    assertTrue(exchange.awaitScene(30_000), "the peer never came to its scene");
    arrived(call, exchange);
    PAUSE.await(2L * trial, TimeUnit.MILLISECONDS);
    return exchange;
  }

  /// Where the peer is to see nothing, it is as if it had: a caller may wait for it.
  private void arrived(ClientCall call, Exchange exchange) throws Exception {
    call.received(exchange, scene);
    if (!seen) {
      exchange.leave(UNSEEN);
    }
  }

  private Outcome hangUp(ClientCall call, int trial) throws Exception {
    try (CancelScope scope = CancelScope.open(o -> o.withGrace(Duration.ofSeconds(30)))) {
      Thread worker = start(trial, () -> scope.call(call::run));
      Exchange exchange = awaitScene(call, trial);
      long cancelledAt = System.nanoTime();
      CancelReport report =
          scope
              .cancelAndAwait(ClientContract.hangUp())
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS);
      assertTrue(worker.join(Duration.ofSeconds(30)), "the caller still waits");
      assertEquals(List.of(), report.stragglers());
      return outcome(call, exchange, cancelledAt);
    }
  }

  private Outcome loseRace(ClientCall call, int trial) throws Exception {
    AtomicReference<Exchange> loser = new AtomicReference<>();
    AtomicLong wonAt = new AtomicLong();
    String winner =
        Hangup.race(
            List.of(
                call::run,
                () -> {
                  loser.set(awaitScene(call, trial));
                  wonAt.set(System.nanoTime());
                  return "won";
                }));
    assertEquals("won", winner);
    return outcome(call, Objects.requireNonNull(loser.get()), wonAt.get());
  }

  /// A slow machine may not have come to the scene in time: then again, with more of it.
  private Outcome exceedDeadline() throws Exception {
    for (Duration time = Duration.ofMillis(80); ; time = time.multipliedBy(3)) {
      ClientCall call = new ClientCall(mode, client, peer.uri(scene));
      Duration timeout = time;
      long deadline = System.nanoTime() + time.toNanos();
      Thread worker = start(0, () -> Hangup.withDeadline(timeout, call::run));
      Exchange exchange = peer.nextWithin(time.toMillis());
      if (exchange == null) {
        call.unreceived();
      } else if (exchange.awaitScene(time.toMillis())) {
        arrived(call, exchange);
      }
      boolean inTime = exchange != null && System.nanoTime() < deadline;
      assertTrue(worker.join(Duration.ofSeconds(30)), "the caller still waits");
      if (inTime) {
        Exchange late = Objects.requireNonNull(exchange);
        return outcome(call, late, late.awaitLeft(30_000).at());
      }
      assertTrue(time.toSeconds() < 60, "the peer never came to its scene");
      peer.forget();
    }
  }
}
