package dev.hangup.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What happened, in the order in which it happened. For any thread.
///
/// {@snippet class="dev.hangup.testkit.SnippetsTest" region="trail"}
public final class Trail {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  // Guarded by itself
  private final List<String> events = new ArrayList<>();

  /// An empty trail.
  public Trail() {}

  /// Takes note.
  ///
  /// @param event what happened
  public void add(String event) {
    synchronized (events) {
      events.add(event);
      events.notifyAll();
    }
  }

  /// What has happened by now.
  ///
  /// @return a copy, oldest first
  public List<String> events() {
    synchronized (events) {
      return List.copyOf(events);
    }
  }

  /// Waits until something has happened, 30 s at the most.
  ///
  /// @param event what to wait for
  /// @throws InterruptedException if the calling thread is interrupted
  /// @throws AssertionError if it has not happened by then; shows the trail
  @SuppressWarnings("WaitNotInLoop") // the loop is here
  public void await(String event) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    synchronized (events) {
      while (!events.contains(event)) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          throw new AssertionError(event + " did not happen; what did: " + events);
        }
        events.wait(left);
      }
    }
  }

  /// The events, for people.
  @Override
  public String toString() {
    return String.join(", ", events());
  }
}
