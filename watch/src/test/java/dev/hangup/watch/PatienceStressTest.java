package dev.hangup.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Who waits is taken when it is due, or leaves, never both for long; and the sleeper is woken up
/// for each that stays: one that is forgotten ends in the time limit.
class PatienceStressTest {
  private static final int ROUNDS = 100_000;
  private static final long PATIENCE = 50_000; // nanoseconds: about as long as two steps below
  private static final Watcher NOBODY = new BlindWatcher("a test");

  private final Semaphore wakes = new Semaphore(0);
  private final Patience patience = new Patience(wakes::release);
  private final AtomicInteger lingering = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();

  @Test
  void eachIsTakenOrLeaves() throws Exception {
    Thread sleeper = Thread.ofPlatform().start(this::sleepAndTake);
    List<Thread> adders = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      adders.add(Thread.ofPlatform().start(this::addAndLeave));
    }
    for (Thread adder : adders) {
      adder.join();
    }
    assertThat(patience.size()).isZero();
    over.set(true);
    wakes.release();
    sleeper.join();
    assertThat(lingering).hasValue(0);
  }

  private void sleepAndTake() {
    while (!over.get()) {
      long pause = patience.fallAsleep();
      if (pause < 0) {
        wakes.acquireUninterruptibly();
      } else {
        var _ = acquired(pause);
      }
      patience.wakeUp();
      patience.takeDue(watch -> watch.tell(new CancelReason.ClientClosed()));
    }
  }

  private boolean acquired(long nanos) {
    try {
      return wakes.tryAcquire(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts it", e);
    }
  }

  private void addAndLeave() {
    for (int round = 0; round < ROUNDS; round++) {
      Watch leaving = add(() -> {});
      Semaphore taken = new Semaphore(1);
      if (round % 100 == 0) {
        taken.acquireUninterruptibly();
        add(taken::release); // and stays
      }
      patience.remove(leaving);
      patience.remove(leaving); // twice is once
      if (leaving.lane != null) {
        lingering.incrementAndGet();
      }
      taken.acquireUninterruptibly();
    }
  }

  private Watch add(Runnable action) {
    Watch watch = new Watch(NOBODY, Optional::empty, true, PATIENCE, _ -> action.run());
    patience.add(watch);
    return watch;
  }
}
