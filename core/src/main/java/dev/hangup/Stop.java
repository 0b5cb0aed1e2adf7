package dev.hangup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One cancel on its way through a subtree: signals, aborts, interrupts, and counts until all is
/// quiet.
///
/// ```
/// cancel() marks the subtree ─▶ SIGNAL: actions and aborts start, on virtual threads of their own
///   ─▶ settle(), whenever something under the root ends or a time is up:
///        a run that nothing holds back is interrupted;
///        one that outlived its grace is reported as a straggler, once;
///        nothing left ─▶ the report
/// ```
///
/// Nobody waits in here. [#settle()] looks at the tree under its lock, decides, and acts outside
/// the lock; every decision is recorded before the lock is released, so that any number of threads
/// may settle at once.
final class Stop {
  private static final long SHORTEST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /// So many actions and aborts the canceller's thread starts itself: a wake-up sooner.
  private static final int FEW = 4;

  final CancelReason reason;
  private final boolean interrupting;
  final long cancelledAt = System.nanoTime();
  final long graceEnd;
  private final Work root;
  private final List<Listener> listeners = new ArrayList<>(2);
  private final List<Region> regions = new ArrayList<>(0);
  private final List<Consumer<CancelReason>> followers = new ArrayList<>(0);

  // Guarded by root.root
  private final List<Straggler> stragglers = new ArrayList<>(0);
  private @Nullable CompletableFuture<CancelReport> report;
  private @Nullable CancelReport finished;
  private final List<Launch> launches = new ArrayList<>(2);
  private @Nullable Future<?> timer;
  private long timerAt = Long.MAX_VALUE;
  private int reporting;
  private boolean signalled;
  private long signalledAfter;
  private long quietAfter = -1;
  private int aborts;
  private int refires;
  private int interrupts;

  Stop(Work root, CancelReason reason, boolean interrupting) {
    this.root = root;
    this.reason = reason;
    this.interrupting = interrupting;
    this.graceEnd = cancelledAt + root.options().grace().toNanos();
  }

  // While the tree is marked, under the lock

  void add(Listener listener) {
    listener.fire();
    listeners.add(listener);
  }

  void add(Region region) {
    regions.add(region);
  }

  void add(Consumer<CancelReason> follower) {
    followers.add(follower);
  }

  // After it, outside the lock

  /// Starts the stop and returns at once. The timer, which takes a while to wake, comes second, and
  /// outside the lock that the signal waits for.
  void start() {
    boolean few = listeners.size() + regions.size() + followers.size() <= FEW;
    List<Launch> started = few ? launchAll() : new ArrayList<>(1);
    started.add(Launch.start("hangup-stop", few ? this::settleSignalled : this::signal));
    Future<?> look = Timing.after(Launch.PATIENCE_NANOS, this::watch);
    long at = cancelledAt + Launch.PATIENCE_NANOS;
    synchronized (root.root) {
      if (finished != null) {
        look.cancel(false);
        return;
      }
      launches.addAll(started);
      boolean late = System.nanoTime() - at >= 0; // the look may have come, and seen no launch
      if (!late && (timerAt == Long.MAX_VALUE || timerAt - at > 0)) {
        plan(look, at);
      } else {
        look.cancel(false); // or an earlier one is planned
        again(System.nanoTime() + Launch.PATIENCE_NANOS);
      }
    }
  }

  /// On the timer's thread: helps what has not begun, then looks as any other.
  private void watch() {
    List<Launch> started;
    synchronized (root.root) {
      timerAt = Long.MAX_VALUE;
      started = List.copyOf(launches);
    }
    boolean helped = false;
    for (Launch launch : started) {
      helped |= launch.rescue();
    }
    settle();
    synchronized (root.root) {
      if (finished == null && helped) {
        again(System.nanoTime() + Launch.PATIENCE_NANOS);
      } else if (finished == null && !signalled) {
        again(graceEnd);
      }
    }
  }

  private void signal() {
    List<Launch> started = launchAll();
    synchronized (root.root) {
      launches.addAll(started);
    }
    settleSignalled();
  }

  private List<Launch> launchAll() {
    List<Launch> started =
        new ArrayList<>(listeners.size() + regions.size() + followers.size() + 1);
    listeners.forEach(listener -> started.add(listener.start(reason)));
    regions.forEach(region -> started.add(region.abortUntilGone(this)));
    for (Consumer<CancelReason> follower : followers) {
      started.add(Launch.start("hangup-action", () -> follower.accept(reason)));
    }
    return started;
  }

  private void settleSignalled() {
    synchronized (root.root) {
      signalled = true;
      signalledAfter = System.nanoTime() - cancelledAt;
    }
    settle();
  }

  void aborting(int attempt) {
    synchronized (root.root) {
      aborts++;
      if (attempt > 0) {
        refires++;
      }
    }
  }

  /// Completes when all work under the root has stopped.
  CompletionStage<CancelReport> report() {
    synchronized (root.root) {
      if (report == null) {
        report = new CompletableFuture<>();
        if (finished != null) {
          report.complete(finished);
        }
      }
      return report.minimalCompletionStage();
    }
  }

  /// How many were reported by now.
  int stragglersSoFar() {
    synchronized (root.root) {
      return stragglers.size();
    }
  }

  /// Whether work or actions are left.
  boolean isBusy() {
    synchronized (root.root) {
      return root.working() > 0 || root.actions() > 0;
    }
  }

  /// Decides what is to be done now, and does it.
  void settle() {
    List<Run> due;
    Map<Thread, Work> overdue;
    CancelReport done = null;
    synchronized (root.root) {
      long now = System.nanoTime();
      boolean graceOver = now - graceEnd >= 0;
      if (finished != null || !(signalled || graceOver)) {
        return;
      }
      Census census = new Census(now);
      if (root.working() > 0) {
        census.visit(root);
      }
      due = census.due;
      interrupts += due.size();
      overdue = census.overdue;
      if (root.actions() > 0) {
        census.judgeActions();
      }
      reporting += overdue.size();
      if (root.working() == 0 && quietAfter < 0) {
        quietAfter = now - cancelledAt;
      }
      if (signalled && root.working() == 0 && root.actions() == 0 && reporting == 0) {
        done = finish();
      } else {
        again(census.nextLook);
      }
    }
    due.forEach(Run::send);
    overdue.forEach(this::report);
    if (done != null) {
      deliver(done);
    } else if (!overdue.isEmpty()) {
      settle(); // what was being reported may be over by now
    }
  }

  /// Under the lock: look again at a time, if no earlier look is planned.
  private void again(long at) {
    if (at == Long.MAX_VALUE || (timerAt != Long.MAX_VALUE && timerAt - at <= 0)) {
      return;
    }
    plan(Timing.after(Math.max(1, at - System.nanoTime()), this::watch), at);
  }

  private void plan(Future<?> look, long at) {
    if (timer != null) {
      timer.cancel(false);
    }
    timerAt = at;
    timer = look;
  }

  private CancelReport finish() {
    if (timer != null) {
      timer.cancel(false);
    }
    CancelReport done =
        new CancelReport(
            reason,
            Duration.ofNanos(signalledAfter),
            Duration.ofNanos(quietAfter),
            aborts,
            refires,
            interrupts,
            stragglers);
    finished = done;
    launches.clear(); // a scope may be held for long; what its stop has run need not be
    regions.clear();
    followers.clear();
    return done;
  }

  private void deliver(CancelReport done) {
    CancelledEvent.commit(root.name(), done);
    CompletableFuture<CancelReport> waiting;
    synchronized (root.root) {
      waiting = report;
    }
    if (waiting != null) {
      waiting.completeAsync(() -> done, task -> Thread.ofVirtual().start(task));
    }
  }

  private void report(Thread thread, Work work) {
    Duration after = Duration.ofNanos(System.nanoTime() - cancelledAt);
    Straggler straggler = Straggler.of(thread, after);
    synchronized (root.root) {
      stragglers.add(straggler);
      reporting--;
    }
    Log.straggler(work.name(), reason, straggler, work.options().stragglers());
  }

  /// One look at the subtree, under its lock. Marks what it chooses, so that nobody chooses it
  /// again.
  private final class Census {
    final long now;
    final List<Run> due = new ArrayList<>(1);
    final Map<Thread, Work> overdue = new HashMap<>(0);
    long nextLook = Long.MAX_VALUE;

    Census(long now) {
      this.now = now;
    }

    /// Returns whether something in the work or below it holds back an interrupt from above.
    boolean visit(Work work) {
      boolean held = false;
      for (Entry entry = work.activities(); entry != null; entry = entry.next) {
        switch (entry) {
          case Work child -> held |= visit(child);
          case Region region -> held |= region.holds(now);
          case Shield shield -> held |= shield.holds();
          case Run _ -> {} // judged below, when it is known what holds
          case Listener _, Follower _ ->
              throw new AssertionError("a listener among the activities");
        }
      }
      for (Entry entry = work.activities(); entry != null; entry = entry.next) {
        if (entry instanceof Run run) {
          judge(run, held);
        }
      }
      return held;
    }

    /// Actions are told of like any other work, once.
    void judgeActions() {
      long grace = grace(root);
      boolean over = now - (cancelledAt + grace) >= 0;
      for (Listener listener : listeners) {
        Thread runner = listener.runner();
        if (runner != null && over && listener.report()) {
          overdue.put(runner, root);
        }
      }
      nextLook = Math.min(nextLook, over ? now + grace : cancelledAt + grace);
    }

    /// The grace of a work, in nanoseconds: at least one look of the timer's apart.
    private static long grace(Work work) {
      return Math.max(work.options().grace().toNanos(), SHORTEST_LOOK_NANOS);
    }

    private void judge(Run run, boolean held) {
      if (run.isCovered()) {
        return;
      }
      long grace = grace(run.work);
      boolean later = run.judgedFrom != 0 && run.judgedFrom - cancelledAt > 0;
      long over = (later ? run.judgedFrom : cancelledAt) + grace;
      boolean graceOver = now - over >= 0;
      boolean mayInterrupt =
          interrupting && run.interrupt == Run.Interrupt.QUIET && run.work.options().interrupts();
      boolean free = !held && !run.isHeldByRegion(now) && (!run.told || graceOver);
      if (mayInterrupt && free) {
        run.interrupt = Run.Interrupt.SENDING;
        run.judgedFrom = now;
        due.add(run);
        nextLook = Math.min(nextLook, now + grace);
      } else if (!run.reported) {
        boolean waitsForOthers = held && !run.isHeldByRegion(now);
        if (graceOver && !waitsForOthers && run.thread != null) {
          run.reported = true;
          overdue.put(run.thread, run.work);
        }
        nextLook = Math.min(nextLook, graceOver ? now + grace : over);
      }
    }
  }
}
