package dev.hangup;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NonNull;
import org.jspecify.annotations.Nullable;

/// The write side of cancellation: owned by a server, an adapter, or a piece of structured code.
///
/// {@snippet class="dev.hangup.SnippetsTest" region="scope"}
///
/// A scope is a child of the work that opened it: cancelled when that is, with the same reason, and
/// bound by the same deadline. [#call(Callable)] does work on the calling thread, [#fork(Callable)]
/// on virtual threads; both bind [Cancellation#current()]. [#close()] returns when nothing runs any
/// more.
///
/// **Thread safety**: any thread may use a scope; only work of its own may not close it.
public final class CancelScope implements AutoCloseable {
  private final Work work;
  private volatile @Nullable Forks forks; // made by the first fork

  private CancelScope(Work work) {
    this.work = work;
  }

  /// Opens a scope as a child of [Cancellation#current()].
  ///
  /// @return close it
  public static CancelScope open() {
    return open(UnaryOperator.identity());
  }

  /// Opens a scope as a child of [Cancellation#current()].
  ///
  /// @param options changes the defaults: `o -> o.withTimeout(Duration.ofSeconds(2))`
  /// @return close it
  /// @throws IllegalStateException if the current work is over
  public static CancelScope open(UnaryOperator<Options> options) {
    return open(Cancellation.current(), options);
  }

  /// Opens a scope as a child of the given work. Born cancelled if the parent is cancelled, or if
  /// its deadline has passed.
  ///
  /// @param parent cancels the scope when it is cancelled; [Cancellation#detached()] for none
  /// @param options changes the defaults
  /// @return close it
  /// @throws IllegalStateException if the parent's work is over
  public static CancelScope open(Cancellation parent, UnaryOperator<Options> options) {
    return open(parent, options.apply(Options.DEFAULTS));
  }

  /// Opens a scope as a child of the given work, with options that were made before: for who opens
  /// many.
  ///
  /// @param parent cancels the scope when it is cancelled; [Cancellation#detached()] for none
  /// @param options how it behaves
  /// @return close it
  /// @throws IllegalStateException if the parent's work is over
  public static CancelScope open(Cancellation parent, Options options) {
    Objects.requireNonNull(options, "options");
    return new CancelScope(Work.open((Work) Objects.requireNonNull(parent, "parent"), options));
  }

  /// The read side, to hand on.
  ///
  /// @return what [Cancellation#current()] is inside [#call(Callable)]
  public Cancellation cancellation() {
    return work;
  }

  /// Cancels the scope and all below it, and returns at once: no action, abort or interrupt happens
  /// on the calling thread.
  ///
  /// @param reason why
  /// @return false if it was cancelled already (the first reason stays) or is closed
  public boolean cancel(CancelReason reason) {
    return work.cancel(reason);
  }

  /// Cancels the scope and all below it as [#cancel(CancelReason)] does, but interrupts no thread:
  /// for adapters, which learn the policy of a request when its handler is known. Actions run, and
  /// aborts; [Cancellation#check()] throws.
  ///
  /// @param reason why
  /// @return false if it was cancelled already (the first reason stays) or is closed
  public boolean signal(CancelReason reason) {
    return work.cancel(reason, false);
  }

  /// Cancels, and tells when all has stopped. Of a scope that was cancelled before, tells of that
  /// stop.
  ///
  /// @param reason why
  /// @return completes on a virtual thread when all work has returned and all actions are over;
  ///   with an [IllegalStateException] if the scope was closed without a cancel
  public CompletionStage<CancelReport> cancelAndAwait(CancelReason reason) {
    work.cancel(reason);
    Stop stop = work.stop();
    return stop != null
        ? stop.report()
        : CompletableFuture.failedStage(
            new IllegalStateException("cancelAndAwait: the scope was closed without a cancel"));
  }

  /// How the stop of this scope went.
  ///
  /// @return completes as [#cancelAndAwait(CancelReason)] says; never if the scope completes
  ///   without a cancel
  public CompletionStage<CancelReport> whenStopped() {
    return work.whenCancelled().thenCompose(_ -> Objects.requireNonNull(work.stop()).report());
  }

  /// Tells an observer of the cancel, see [Work#follow(Consumer)].
  void follow(Consumer<CancelReason> told) {
    work.follow(told);
  }

  /// Does work on the calling thread, as this scope's.
  ///
  /// @param <T> the work's value
  /// @param task the work; not started if the scope is cancelled already
  /// @return its value, also if a cancel came too late to stop it
  /// @throws CancelledException if the scope was cancelled; its cause is what the work threw
  /// @throws Exception what the work threw, if the scope was not cancelled
  /// @throws IllegalStateException if the scope is closed
  public <T extends @Nullable Object> T call(Callable<T> task) throws Exception {
    Objects.requireNonNull(task, "task");
    return work.<T, Exception>invoke(task::call);
  }

  /// Starts work on a virtual thread, as a child of this scope's. The first fork to fail cancels
  /// the scope with [CancelReason.SiblingFailed]; see [#join()].
  ///
  /// @param <T> the task's value
  /// @param task what to do
  /// @return where to get the value; a task of a cancelled scope is never started and has failed
  ///   with [CancelledException]
  /// @throws IllegalStateException if the scope is closed
  public <T extends @Nullable Object> Fork<T> fork(Callable<? extends T> task) {
    return forks().fork(Objects.requireNonNull(task, "task"), true);
  }

  /// Waits until all forks have ended.
  ///
  /// @throws CancelledException if the scope, or the calling thread's work, was cancelled by
  ///   anything but a fork that failed
  /// @throws Exception the first failure of a fork as it was thrown; later ones are suppressed in
  ///   it
  /// @throws InterruptedException if the calling thread was interrupted without a cancel; the forks
  ///   go on
  public void join() throws Exception {
    forks().join();
  }

  /// What still runs is cancelled and waited for, without bound: work that ignores its cancel is
  /// reported as a straggler, not abandoned. Actions that a cancel has started are waited for too.
  /// An interrupt does not end the wait. Fires nothing if the work has completed. Closing twice
  /// does nothing.
  ///
  /// @throws IllegalStateException if called by work of this scope, which would wait for itself
  @Override
  public void close() {
    for (Run run = Run.ofThisThread(); run != null; run = run.outer) {
      if (run.work.isWithin(work)) {
        throw new IllegalStateException("close: called by the scope's own work");
      }
    }
    work.close();
    Forks forked = forks;
    if (forked != null) {
      forked.awaitAll();
    }
  }

  Forks forks() {
    synchronized (work.root) {
      Forks forked = forks;
      if (forked == null) {
        forked = new Forks(work);
        forks = forked;
      }
      return forked;
    }
  }

  /// The scope's name and state, for people.
  @Override
  public String toString() {
    return "CancelScope " + work;
  }

  /// How a scope behaves. Immutable; what is not set is the parent's.
  ///
  /// | option | default |
  /// |---|---|
  /// | name | `work` |
  /// | deadline | none but the parent's |
  /// | grace | the parent's; without a parent 250 ms |
  /// | interrupts | the parent's; without a parent yes |
  /// | witness | the parent's; without a parent none |
  /// | stragglers | told to the parent's listener; without a parent to nobody but the log |
  public static final class Options {
    static final Options DEFAULTS = new Options("work", null, null, true, null, null);
    private static final Duration DEFAULT_GRACE = Duration.ofMillis(250);

    private final String name;
    private final @Nullable Deadline deadline;
    private final @Nullable Duration grace;
    private final boolean interrupts;
    private final @Nullable Consumer<? super CancellationPoint> witness;
    private final @Nullable Consumer<? super Straggler> stragglers;

    private Options(
        String name,
        @Nullable Deadline deadline,
        @Nullable Duration grace,
        boolean interrupts,
        @Nullable Consumer<? super CancellationPoint> witness,
        @Nullable Consumer<? super Straggler> stragglers) {
      this.name = name;
      this.deadline = deadline;
      this.grace = grace;
      this.interrupts = interrupts;
      this.witness = witness;
      this.stragglers = stragglers;
    }

    /// What a scope is without any option set: for options that are made once and used for many
    /// scopes.
    ///
    /// @return the defaults
    public static Options defaults() {
      return DEFAULTS;
    }

    /// Names the work, for logs and events.
    ///
    /// @param name for people, such as `GET /report`
    /// @return a copy
    public Options withName(String name) {
      return new Options(
          Objects.requireNonNull(name, "name"), deadline, grace, interrupts, witness, stragglers);
    }

    /// Cancels the work at a point in time, if the parent's deadline is not earlier.
    ///
    /// @param deadline when
    /// @return a copy
    public Options withDeadline(Deadline deadline) {
      return new Options(
          name,
          Objects.requireNonNull(deadline, "deadline"),
          grace,
          interrupts,
          witness,
          stragglers);
    }

    /// Cancels the work some time from now.
    ///
    /// @param timeout how long from now, zero or more
    /// @return a copy
    /// @throws IllegalArgumentException if it is negative
    public Options withTimeout(Duration timeout) {
      return withDeadline(Deadline.after(timeout));
    }

    /// How long aborts have before the interrupt, and interrupted work before it counts as a
    /// straggler.
    ///
    /// @param grace zero or more
    /// @return a copy
    /// @throws IllegalArgumentException if it is negative
    public Options withGrace(Duration grace) {
      if (Objects.requireNonNull(grace, "grace").isNegative()) {
        throw new IllegalArgumentException("grace: " + grace + " (expected: zero or more)");
      }
      return new Options(name, deadline, grace, interrupts, witness, stragglers);
    }

    /// Whether threads are interrupted at all. Without, a cancel sets the reason, runs the actions
    /// and aborts; no child can turn interrupts on again.
    ///
    /// @param interrupts false for work that an interrupt would harm
    /// @return a copy
    public Options withInterrupts(boolean interrupts) {
      return new Options(name, deadline, grace, interrupts, witness, stragglers);
    }

    /// Tells a witness of each point at which this work, or any below it, meets its cancellation:
    /// for tests that cancel at every one. Called on the working thread, before the point is
    /// passed; what it throws, the point throws.
    ///
    /// @param witness receives the kind of point
    /// @return a copy
    public Options withWitness(Consumer<? super CancellationPoint> witness) {
      Objects.requireNonNull(witness, "witness");
      return new Options(name, deadline, grace, interrupts, witness, stragglers);
    }

    /// Tells of each straggler of this work, or of any below it, besides the log. Called once for
    /// each thread, on a platform thread of its own; the straggler may have returned meanwhile.
    /// What it throws is logged.
    ///
    /// @param listener receives what was found
    /// @return a copy
    public Options withStragglerListener(Consumer<? super Straggler> listener) {
      Objects.requireNonNull(listener, "listener");
      return new Options(name, deadline, grace, interrupts, witness, listener);
    }

    Options within(Options parent) {
      Duration chosen = grace == null ? parent.grace : grace;
      boolean both = interrupts && parent.interrupts;
      Consumer<? super CancellationPoint> seen = witness == null ? parent.witness : witness;
      Consumer<? super Straggler> heard = stragglers == null ? parent.stragglers : stragglers;
      boolean same =
          chosen == grace && both == interrupts && seen == witness && heard == stragglers;
      return same ? this : new Options(name, deadline, chosen, both, seen, heard);
    }

    String name() {
      return name;
    }

    @Nullable Deadline deadline() {
      return deadline;
    }

    @NonNull Duration grace() {
      return grace == null ? DEFAULT_GRACE : grace;
    }

    boolean interrupts() {
      return interrupts;
    }

    @Nullable Consumer<? super CancellationPoint> witness() {
      return witness;
    }

    @Nullable Consumer<? super Straggler> stragglers() {
      return stragglers;
    }
  }
}
