package dev.hangup;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A node in a tree of work: what there is to tell, to abort, to interrupt and to wait for.
///
/// ```
/// OPEN ──cancel──▶ CANCELLED ──close──▶ CLOSED        (cancelled once: the first reason wins)
///   └────────────────close────────────▶ CLOSED        (fires nothing)
/// ```
///
/// A tree has **one lock**, its root: a cancel marks a whole subtree at one instant, and every race
/// (against completion, registration, a child's birth) is decided by who takes the lock first. What
/// is foreign, slow or blocking (actions, aborts, interrupts, logs) happens outside it.
final class Work extends Entry implements Cancellation {
  static final Work NONE = new Work();

  /// The top of the tree, and its lock.
  final Work root;

  private final @Nullable Work parent;
  private final CancelScope.Options options;
  private final @Nullable Deadline deadline;
  private final @Nullable Consumer<? super CancellationPoint> witness;

  // Written under the lock, read by any thread
  private volatile @Nullable CancelReason reason;
  private volatile @Nullable Stop stop;

  // Guarded by root
  private @Nullable Entry listeners; // and followers
  private @Nullable Entry activities;
  @Nullable Waiting waiting; // the first of them, at the root only
  private int working;
  private int actions;
  private boolean closed;
  private @Nullable Future<?> timer;
  private @Nullable CompletableFuture<CancelReason> cancelled;

  private Work() {
    this.root = this;
    this.parent = null;
    this.options = CancelScope.Options.DEFAULTS;
    this.deadline = null;
    this.witness = null;
  }

  private Work(@Nullable Work parent, CancelScope.Options options) {
    this.root = parent == null ? this : parent.root;
    this.parent = parent;
    this.options = options;
    this.witness = options.witness();
    this.deadline =
        parent == null ? options.deadline() : Deadline.earlier(parent.deadline, options.deadline());
  }

  /// Opens a child of `parent`, cancelled at birth if the parent is.
  static Work open(Work parent, CancelScope.Options options) {
    boolean root = parent == NONE;
    Work work = new Work(root ? null : parent, root ? options : options.within(parent.options));
    if (!root) {
      parent.adopt(work);
    }
    work.schedule();
    return work;
  }

  private void adopt(Work child) {
    synchronized (root) {
      if (closed) {
        throw new IllegalStateException("open: the scope " + name() + " is closed");
      }
      activities = child.addTo(activities);
      child.reason = reason;
      child.stop = stop;
    }
  }

  private void schedule() {
    Deadline own = options.deadline();
    if (own == null || own != deadline) {
      return;
    }
    CancelReason exceeded = new CancelReason.DeadlineExceeded(own);
    long left = own.remainingNanos();
    if (left <= 0) {
      cancel(exceeded);
    } else {
      Future<?> task = Timing.after(left, () -> cancel(exceeded));
      synchronized (root) {
        timer = task;
        if (closed) {
          task.cancel(false);
        }
      }
    }
  }

  /// Cancels this and all below it; returns false where that has happened already or the work is
  /// over.
  boolean cancel(CancelReason why) {
    return cancel(why, true);
  }

  /// @param interrupting whether threads may be interrupted at all
  boolean cancel(CancelReason why, boolean interrupting) {
    Objects.requireNonNull(why, "reason");
    Stop started;
    synchronized (root) {
      if (reason != null || closed || this == NONE) {
        return false;
      }
      started = new Stop(this, why, interrupting);
      mark(started);
    }
    started.start();
    return true;
  }

  private void mark(Stop started) {
    if (reason != null) {
      return; // cancelled on its own before: its reason stays
    }
    reason = started.reason;
    stop = started;
    for (Entry entry = listeners; entry != null; entry = entry.next) {
      switch (entry) {
        case Listener listener -> started.add(listener);
        case Follower follower -> started.add(follower.told);
        default -> throw new AssertionError("neither listens nor follows");
      }
    }
    listeners = null;
    if (cancelled != null) {
      started.add(cancelled::complete);
    }
    for (Entry entry = activities; entry != null; entry = entry.next) {
      switch (entry) {
        case Region region -> started.add(region);
        case Work child -> child.mark(started);
        default -> {} // runs and shields are looked at when the stop settles
      }
    }
  }

  /// Something that may have held back an interrupt is gone: every stop that covers this work looks
  /// again.
  void settle() {
    settle(false);
  }

  /// Something that held back nothing is gone: only a stop that has become quiet need look.
  void settleIfQuiet() {
    settle(true);
  }

  private void settle(boolean onlyIfQuiet) {
    Stop last = null;
    for (Work work = this; work != null; work = work.parent) {
      Stop next = work.stop;
      if (next != null && next != last && !(onlyIfQuiet && next.isBusy())) {
        next.settle();
      }
      last = next;
    }
  }

  /// Waits until nothing runs here and forbids that anything ever does; cancels first what still
  /// runs.
  void close() {
    if (endIfQuiet()) {
      return;
    }
    cancel(new CancelReason.Application("scope closed")); // from here on nothing new begins
    int own = Listener.ownIn(this);
    do {
      Waiting.uninterruptibly(root, () -> closed || isQuietBesides(own));
    } while (!endIfQuiet());
    if (parent != null) {
      parent.settle();
    }
  }

  private boolean endIfQuiet() {
    synchronized (root) {
      if (!closed && !isQuietBesides(Listener.ownIn(this))) {
        return false;
      }
      if (!closed) {
        end();
        if (parent != null) {
          parent.activities = removeFrom(parent.activities);
        }
      }
      return true;
    }
  }

  /// Under the lock.
  private boolean isQuietBesides(int ownActions) {
    return working == 0 && actions <= ownActions;
  }

  /// Under the lock: this and what is left below it is over.
  private void end() {
    closed = true;
    if (timer != null) {
      timer.cancel(false);
    }
    for (Entry entry = activities; entry != null; entry = entry.next) {
      if (entry instanceof Work child) {
        child.end();
      }
    }
    changed();
  }

  void add(Entry activity) {
    CancelReason why;
    synchronized (root) {
      if (closed) {
        throw new IllegalStateException("the scope " + name() + " is closed");
      }
      why = reason;
      if (why == null) {
        link(activity);
      }
    }
    if (why != null) {
      throw tell(why, null);
    }
  }

  /// Under the lock.
  private void link(Entry activity) {
    activities = activity.addTo(activities);
    for (Work work = this; work != null; work = work.parent) {
      work.working++;
    }
  }

  /// Under the lock.
  void remove(Entry activity) {
    activities = activity.removeFrom(activities);
    for (Work work = this; work != null; work = work.parent) {
      work.working--;
    }
    changed();
  }

  /// Under the lock: an action was fired, or is over.
  void countActions(int change) {
    for (Work work = this; work != null; work = work.parent) {
      work.actions += change;
    }
    if (change < 0) {
      changed();
    }
  }

  /// Under the lock: something was counted down or has ended, and whoever waits for it is woken.
  void changed() {
    if (root.waiting != null) {
      Waiting.wake(root);
    }
  }

  /// Under the lock: how many runs, regions and shields there are, here and below.
  int working() {
    return working;
  }

  /// Under the lock: how many actions have been fired and are not over, here and below.
  int actions() {
    return actions;
  }

  /// Under the lock.
  void removeListener(Listener listener) {
    if (!closed) {
      listeners = listener.removeFrom(listeners);
    }
  }

  <T extends @Nullable Object, X extends Throwable> T invoke(Op<T, X> op) throws X {
    return this == NONE ? Run.invokeDetached(op) : Run.invoke(this, op);
  }

  @Override
  public <T extends @Nullable Object, X extends Throwable> T abortable(Abort abort, Op<T, X> op)
      throws X {
    Objects.requireNonNull(abort, "abort");
    Objects.requireNonNull(op, "op");
    if (this == NONE) {
      return op.call();
    }
    reach(CancellationPoint.ABORTABLE);
    Run own = Run.ofThisThread();
    if (own != null && own.work.isWithin(this)) {
      return Region.run(this, abort, op, own);
    }
    return invoke(() -> Region.run(this, abort, op, Objects.requireNonNull(Run.ofThisThread())));
  }

  @Override
  public <T extends @Nullable Object, X extends Throwable> T shielded(Duration budget, Op<T, X> op)
      throws X {
    Objects.requireNonNull(op, "op");
    if (Objects.requireNonNull(budget, "budget").isNegative() || budget.isZero()) {
      throw new IllegalArgumentException("budget: " + budget + " (expected: more than zero)");
    }
    reach(CancellationPoint.SHIELDED);
    return Shield.run(this, Deadline.after(budget), op);
  }

  /// Adds the shield, unless nothing can be interrupted here any more.
  boolean hold(Shield shield) {
    synchronized (root) {
      if (this == NONE || closed) {
        return false;
      }
      link(shield);
      return true;
    }
  }

  /// Ends what [#hold(Shield)] began.
  void drop(Shield shield) {
    synchronized (root) {
      remove(shield);
    }
    settle();
  }

  @Override
  public boolean isCancelled() {
    return reason != null;
  }

  @Override
  public Optional<CancelReason> reason() {
    return Optional.ofNullable(reason);
  }

  @Override
  public Optional<Deadline> deadline() {
    return Optional.ofNullable(deadline);
  }

  /// Tells the witness, if there is one.
  void reach(CancellationPoint point) {
    if (witness != null) {
      witness.accept(point);
    }
  }

  @Override
  public void check() {
    reach(CancellationPoint.CHECK);
    CancelReason why = reason;
    if (why != null) {
      throw tell(why, null);
    }
  }

  /// The exception for the calling thread's work, which from now on has its grace before an
  /// interrupt.
  CancelledException tell(CancelReason why, @Nullable Throwable cause) {
    Run own = Run.ofThisThread();
    if (own != null) {
      synchronized (own.work.root) {
        own.told = true;
      }
    }
    return new CancelledException(why, cause);
  }

  @Override
  public Registration onCancel(Consumer<? super CancelReason> action) {
    Listener listener = new Listener(this, Objects.requireNonNull(action, "action"));
    CancelReason why;
    synchronized (root) {
      if (this == NONE || closed) {
        return listener;
      }
      why = reason;
      if (why == null) {
        listeners = listener.addTo(listeners);
        return listener;
      }
      listener.fire();
    }
    listener.startLate(why);
    return listener;
  }

  @Override
  public CompletionStage<CancelReason> whenCancelled() {
    synchronized (root) {
      CancelReason why = reason;
      if (why != null) {
        return CompletableFuture.completedStage(why);
      }
      if (this == NONE) {
        return new CompletableFuture<CancelReason>().minimalCompletionStage();
      }
      if (cancelled == null) {
        cancelled = new CompletableFuture<>();
      }
      return cancelled.minimalCompletionStage();
    }
  }

  /// Tells of the cancel as [#whenCancelled()] does, and no stop waits for it either; costs a
  /// request that nobody cancels less.
  void follow(Consumer<CancelReason> told) {
    CancelReason why;
    synchronized (root) {
      why = reason;
      if (why == null) {
        listeners = new Follower(told).addTo(listeners);
      }
    }
    if (why != null) {
      told.accept(why);
    }
  }

  @Override
  public <T> Callable<T> wrap(Callable<T> task) {
    Objects.requireNonNull(task, "task");
    return () -> this.<T, Exception>invoke(task::call);
  }

  @Override
  public Runnable wrap(Runnable task) {
    Objects.requireNonNull(task, "task");
    return () ->
        this.<Boolean, RuntimeException>invoke(() -> {
          task.run();
          return true;
        });
  }

  @Override
  public ExecutorService wrap(ExecutorService executor) {
    return new WorkExecutor(this, Objects.requireNonNull(executor, "executor"));
  }

  boolean isWithin(Work ancestor) {
    for (Work work = this; work != null; work = work.parent) {
      if (work == ancestor) {
        return true;
      }
    }
    return false;
  }

  /// For people: of a fork, whose it is.
  String name() {
    return options == Forks.OPTIONS && parent != null ? "fork of " + parent.name() : options.name();
  }

  CancelScope.Options options() {
    return options;
  }

  @Nullable CancelReason cancelReason() {
    return reason;
  }

  @Nullable Stop stop() {
    return stop;
  }

  /// Under the lock: the first of the runs, regions, shields and children.
  @Nullable Entry activities() {
    return activities;
  }

  /// The name and the state, for people.
  @Override
  public String toString() {
    CancelReason why = reason;
    return name() + (why == null ? "" : " (cancelled: " + why + ")");
  }
}
