package dev.hangup.testkit;

import dev.hangup.CancelReason;
import dev.hangup.CancelReport;
import dev.hangup.CancelScope;
import dev.hangup.CancellationPoint;
import dev.hangup.CancelledException;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// One run of a [CancelEverywhere] test: does the work, and cancels it where this run is to.
///
/// Not for more than one [#run(Callable)] at a time.
public final class Everywhere {
  private static final String BLOCKED = "blocked";
  private static final String UNKNOWN = "?"; // a stack that could not be taken just now
  private static final StackWalker WALKER = StackWalker.getInstance();
  private static final long LOOK_MILLIS = 1;
  private static final long STOP_SECONDS = 8;

  private final @Nullable Point target;
  private final int passes;

  // Guarded by itself
  private final Set<Point> seen = new LinkedHashSet<>();
  private final Map<String, Integer> counts = new HashMap<>();

  Everywhere(@Nullable Point target, int passes) {
    this.target = target;
    this.passes = passes;
  }

  /// A cancellation point.
  ///
  /// @param kind for instance `check`
  /// @param line where in the code
  /// @param pass 1 for the first time that the line is passed
  record Point(String kind, String line, int pass) {
    @Override
    public String toString() {
      return kind + " at " + line + (pass == 1 ? "" : ", pass " + pass);
    }
  }

  Set<Point> seen() {
    synchronized (seen) {
      return new LinkedHashSet<>(seen);
    }
  }

  Optional<Point> target() {
    return Optional.ofNullable(target);
  }

  /// Does the work on a virtual thread inside a scope, and waits until all of it has stopped.
  ///
  /// @param <T> the work's value
  /// @param work what to do
  /// @return its value; empty if it was cancelled and stopped
  /// @throws Exception what the work threw in the run that is not cancelled
  /// @throws AssertionError if the work ignored its cancel beyond its grace, or a clean-up failed
  ///   with a [RuntimeException] of its own
  public <T> Optional<T> run(Callable<T> work) throws Exception {
    AtomicBoolean cancelled = new AtomicBoolean();
    try (CancelScope scope = CancelScope.open(o -> o.withName("everywhere"))) {
      CancelScope inner =
          CancelScope.open(
              scope.cancellation(), o -> o.withWitness(point -> reached(point, scope, cancelled)));
      FutureTask<T> task = new FutureTask<>(() -> inner.call(work));
      Thread thread = Thread.ofVirtual().name("everywhere").start(task);
      try (inner) {
        return await(task, thread, scope, cancelled);
      }
    }
  }

  private <T> Optional<T> await(
      FutureTask<T> task, Thread thread, CancelScope scope, AtomicBoolean cancelled)
      throws Exception {
    String before = "";
    boolean told = false;
    while (true) {
      try {
        Optional<T> value = Optional.ofNullable(task.get(LOOK_MILLIS, TimeUnit.MILLISECONDS));
        requireReached(cancelled);
        requireStopped(scope, cancelled);
        return value;
      } catch (TimeoutException stillRunning) {
        String line = blockedLine(thread);
        boolean sameAsBefore = line.equals(before) || line.equals(UNKNOWN);
        if (!sameAsBefore) {
          before = line;
          told = false;
        } else if (!told && !line.isEmpty() && !line.equals(UNKNOWN) && !cancelled.get()) {
          told = true;
          reached(BLOCKED, line, scope, cancelled);
        }
      } catch (ExecutionException e) {
        requireStopped(scope, cancelled);
        return outcome(e.getCause(), cancelled.get());
      }
    }
  }

  private static <T> Optional<T> outcome(@Nullable Throwable failure, boolean cancelled)
      throws Exception {
    if (cancelled && failure instanceof CancelledException stopped) {
      requireHarmless(stopped);
      return Optional.empty();
    }
    switch (failure) {
      case Exception exception -> throw exception;
      case Error error -> throw error;
      case null, default -> throw new AssertionError(failure);
    }
  }

  /// What a stopped operation throws is its way of stopping; any other failure of a clean-up is
  /// one.
  private static void requireHarmless(CancelledException stopped) {
    boolean harmless = stopped.getCause() == null;
    for (Throwable cause = stopped; cause != null; cause = cause.getCause()) {
      boolean ofStopping = cause instanceof InterruptedException || cause instanceof IOException;
      harmless |= ofStopping || !(stopped.getCause() instanceof RuntimeException);
    }
    if (!harmless) {
      throw new AssertionError(
          "the work failed while it was stopped: " + stopped.getCause(), stopped);
    }
  }

  /// A point that this run did not come by says nothing.
  private void requireReached(AtomicBoolean cancelled) {
    if (target != null && !cancelled.get()) {
      Assumptions.abort("not reached in this run: " + target);
    }
  }

  private void reached(CancellationPoint kind, CancelScope scope, AtomicBoolean cancelled) {
    String line =
        WALKER.walk(frames ->
            frames
                .map(StackWalker.StackFrame::toStackTraceElement)
                .filter(Everywhere::isUsers)
                .findFirst()
                .map(StackTraceElement::toString)
                .orElse("?"));
    reached(kind.name().toLowerCase(Locale.ROOT), line, scope, cancelled);
  }

  private void reached(String kind, String line, CancelScope scope, AtomicBoolean cancelled) {
    Point point;
    synchronized (seen) {
      int pass = counts.merge(kind + line, 1, Integer::sum);
      point = new Point(kind, line, pass);
      if (pass <= passes) {
        seen.add(point);
      }
    }
    if (point.equals(target) && cancelled.compareAndSet(false, true)) {
      scope.cancel(new CancelReason.Application("cancelled at " + point));
    }
  }

  private static boolean isUsers(StackTraceElement frame) {
    String name = frame.getClassName();
    boolean ours = name.startsWith("dev.hangup.") && !name.endsWith("Test");
    return !ours && !name.startsWith("java.") && !name.startsWith("jdk.");
  }

  private static String blockedLine(Thread thread) {
    return switch (thread.getState()) {
      case WAITING, TIMED_WAITING, BLOCKED ->
          List.of(thread.getStackTrace()).stream()
              .filter(Everywhere::isUsers)
              .findFirst()
              .map(StackTraceElement::toString)
              .orElse(UNKNOWN);
      default -> "";
    };
  }

  private static void requireStopped(CancelScope scope, AtomicBoolean cancelled) throws Exception {
    if (!cancelled.get()) {
      return;
    }
    CancelReport report =
        scope
            .cancelAndAwait(new CancelReason.Application("over"))
            .toCompletableFuture()
            .get(STOP_SECONDS, TimeUnit.SECONDS);
    if (!report.stragglers().isEmpty()) {
      throw new AssertionError("the work ignored its cancel: " + report.stragglers());
    }
  }
}
