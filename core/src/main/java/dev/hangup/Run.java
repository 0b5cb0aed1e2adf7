package dev.hangup;

import org.jspecify.annotations.Nullable;

/// One thread's stay inside a [Work], from entry to return: who is interrupted, and when no more.
///
/// ```
/// QUIET ──chosen under the lock──▶ SENDING ──interrupt() sent──▶ SENT
/// ```
///
/// The interrupt itself is sent outside the lock, since it may close a channel. Leaving the run,
/// and covering it by an inner one, wait until nothing is SENDING: so no interrupt comes late, and
/// the flag that one left behind is cleared on the way out.
final class Run extends Entry {
  static final Run NONE = new Run(Work.NONE, null);
  static final ScopedValue<Run> CURRENT = ScopedValue.newInstance();

  enum Interrupt {
    QUIET,
    SENDING,
    SENT
  }

  final Work work;
  final @Nullable Thread thread;
  final @Nullable Run outer;

  // Only the run's own thread
  private boolean flagOnEntry;

  // Guarded by work.root
  Interrupt interrupt = Interrupt.QUIET;
  @Nullable Region region;
  boolean told;
  boolean reported;
  long judgedFrom;
  private int covers;

  /// A run of the calling thread, inside the one that is current on it, if any.
  Run(Work work) {
    this.work = work;
    this.thread = Thread.currentThread();
    this.outer = ofThisThread();
  }

  private Run(Work work, @Nullable Thread thread) {
    this.work = work;
    this.thread = thread;
    this.outer = null;
  }

  /// The run of a thread that has not started yet; added to the work by who starts it.
  static Run of(Work work, Thread thread) {
    return new Run(work, thread);
  }

  /// Runs the operation as a work's, on the calling thread. What it throws after a cancel becomes
  /// the cause of a [CancelledException]; what it returns is returned.
  static <T extends @Nullable Object, X extends Throwable> T invoke(Work work, Op<T, X> op)
      throws X {
    Run run = new Run(work);
    run.enter();
    try {
      return ScopedValue.where(CURRENT, run).call(op);
    } catch (CancelledException cancelled) {
      run.tellOuter();
      throw cancelled;
    } catch (Error error) {
      throw error;
    } catch (Throwable failure) {
      CancelReason why = work.cancelReason();
      if (why == null) {
        throw failure;
      }
      run.tellOuter();
      throw new CancelledException(why, failure);
    } finally {
      run.leave();
    }
  }

  /// Runs the operation as nobody's work; inside somebody's, on the same thread, that is not
  /// interrupted meanwhile.
  static <T extends @Nullable Object, X extends Throwable> T invokeDetached(Op<T, X> op) throws X {
    Run outer = ofThisThread();
    if (outer == null) {
      return ScopedValue.where(CURRENT, NONE).call(op);
    }
    outer.cover();
    try {
      return ScopedValue.where(CURRENT, new Run(Work.NONE)).call(op);
    } finally {
      outer.uncover();
    }
  }

  /// Runs a task that was not begun before its work's cancel, but whose end somebody may wait for:
  /// it sees the cancel, and whatever blocks in it is interrupted.
  static void invokeCancelled(Work work, Runnable task) {
    Thread.currentThread().interrupt();
    try {
      ScopedValue.where(CURRENT, new Run(work)).run(task);
    } finally {
      Thread.interrupted();
    }
  }

  /// The innermost run of the calling thread. A thread that merely inherited a binding has none.
  static @Nullable Run ofThisThread() {
    Run run = CURRENT.orElse(NONE);
    return run.thread == Thread.currentThread() ? run : null;
  }

  /// Enters the work. Nothing interrupts the outer run until this one is left.
  void enter() {
    if (outer != null) {
      outer.cover();
    }
    flagOnEntry = Thread.currentThread().isInterrupted(); // after it: the flag may be the outer's
    try {
      work.add(this);
    } catch (RuntimeException refused) {
      if (outer != null) {
        outer.uncover();
      }
      throw refused;
    }
  }

  void leave() {
    while (!tryLeave()) {
      awaitSent();
    }
    work.settleIfQuiet();
    if (outer != null) {
      outer.uncover();
    }
  }

  private boolean tryLeave() {
    synchronized (work.root) {
      if (interrupt == Interrupt.SENDING) {
        return false;
      }
      work.remove(this);
      if (interrupt == Interrupt.SENT) {
        Thread.interrupted();
        if (flagOnEntry) {
          Thread.currentThread().interrupt();
        }
      }
      return true;
    }
  }

  /// The exception that leaves this run tells the one around it too, if that is cancelled.
  void tellOuter() {
    if (outer != null && outer.work.isCancelled()) {
      synchronized (outer.work.root) {
        outer.told = true;
      }
    }
  }

  void cover() {
    while (!tryCover()) {
      awaitSent();
    }
  }

  private boolean tryCover() {
    synchronized (work.root) {
      if (interrupt == Interrupt.SENDING) {
        return false;
      }
      covers++;
      return true;
    }
  }

  void uncover() {
    synchronized (work.root) {
      covers--;
      judgedFrom = System.nanoTime();
    }
    work.settle();
  }

  /// Under the lock.
  boolean isCovered() {
    return covers > 0;
  }

  /// Under the lock: an operation of this thread must not be interrupted now.
  boolean isHeldByRegion(long now) {
    for (Region inner = region; inner != null; inner = inner.outer) {
      if (inner.holds(now)) {
        return true;
      }
    }
    return false;
  }

  /// Sends the interrupt that was decided under the lock.
  void send() {
    if (thread != null) {
      thread.interrupt();
    }
    synchronized (work.root) {
      interrupt = Interrupt.SENT;
      judgedFrom = System.nanoTime();
      work.changed();
    }
  }

  private void awaitSent() {
    Waiting.uninterruptibly(work.root, () -> interrupt != Interrupt.SENDING);
  }
}
