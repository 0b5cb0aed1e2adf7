package dev.hangup;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One action registered with [Work#onCancel].
///
/// ```
/// REGISTERED ──close──▶ OVER
///      └──cancel──▶ FIRED ──action returned──▶ OVER
/// ```
///
/// The move from REGISTERED is made once, under the tree's lock, by whoever comes first: so a
/// closed registration never fires, and a fired one is waited for.
final class Listener extends Entry implements Registration {
  /// The action that the calling thread runs, if it runs one.
  static final ScopedValue<Listener> RUNNING = ScopedValue.newInstance();

  private enum State {
    REGISTERED,
    FIRED,
    OVER
  }

  private final Work work;
  private final Consumer<? super CancelReason> action;

  // Guarded by work.root
  private State state = State.REGISTERED;
  private @Nullable Thread runner;
  private boolean reported;

  Listener(Work work, Consumer<? super CancelReason> action) {
    this.work = work;
    this.action = action;
  }

  /// Under the lock: the cancel takes the listener out of its work's list and will run it.
  void fire() {
    state = State.FIRED;
    work.countActions(1);
  }

  /// Starts the action on a thread of its own.
  Launch start(CancelReason reason) {
    return Launch.start("hangup-action", () -> run(reason));
  }

  private void run(CancelReason reason) {
    synchronized (work.root) {
      runner = Thread.currentThread();
    }
    try {
      ScopedValue.where(RUNNING, this).run(() -> action.accept(reason));
    } catch (Throwable failure) {
      Log.actionFailed(failure);
    } finally {
      synchronized (work.root) {
        state = State.OVER;
        runner = null;
        work.countActions(-1);
      }
      work.settleIfQuiet();
    }
  }

  /// Starts the action of a listener that came after the cancel: nobody else looks after it.
  void startLate(CancelReason reason) {
    start(reason).guard();
    long grace = work.options().grace().toNanos();
    var _ = Timing.after(Math.max(grace, 1), () -> reportIfRunning(reason));
  }

  private void reportIfRunning(CancelReason reason) {
    Thread thread;
    synchronized (work.root) {
      thread = runner != null && report() ? runner : null;
    }
    if (thread != null) {
      Straggler straggler = Straggler.of(thread, work.options().grace());
      Log.straggler(work.name(), reason, straggler, work.options().stragglers());
    }
  }

  /// Under the lock: whether it is to be reported as a straggler, true once.
  boolean report() {
    boolean first = !reported;
    reported = true;
    return first;
  }

  /// How many of a work's actions the calling thread itself runs: an action that closes a scope it
  /// was registered in, or below, does not wait for itself.
  static int ownIn(Work work) {
    return RUNNING.isBound() && RUNNING.get().work.isWithin(work) ? 1 : 0;
  }

  /// Under the lock: the thread that the action runs on now.
  @Nullable Thread runner() {
    return runner;
  }

  @Override
  public void close() {
    boolean fired;
    synchronized (work.root) {
      fired = state == State.FIRED && runner != Thread.currentThread();
      if (state == State.REGISTERED) {
        state = State.OVER;
        work.removeListener(this);
      }
    }
    if (fired) {
      Waiting.uninterruptibly(work.root, () -> state == State.OVER);
    }
  }
}
