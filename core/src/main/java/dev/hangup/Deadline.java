package dev.hangup;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A point in time after which nobody waits for the work any more.
///
/// Deadlines are measured by the monotonic clock ([System#nanoTime()]): a change of the wall clock
/// moves none. They mean nothing outside this JVM; send [#remaining()] to other machines.
/// Immutable.
public final class Deadline implements Comparable<Deadline> {
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final long nanoTime;

  private Deadline(long nanoTime) {
    this.nanoTime = nanoTime;
  }

  /// A deadline some time from now.
  ///
  /// @param timeout how long from now; zero is a deadline that has just passed, more than a hundred
  ///   years is a hundred years
  /// @return the deadline
  /// @throws IllegalArgumentException if the time is negative
  public static Deadline after(Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: zero or more)");
    }
    Duration bounded = timeout.compareTo(LONGEST) > 0 ? LONGEST : timeout;
    return new Deadline(System.nanoTime() + bounded.toNanos());
  }

  static @Nullable Deadline earlier(@Nullable Deadline one, @Nullable Deadline other) {
    if (one == null) {
      return other;
    }
    return other == null || one.compareTo(other) <= 0 ? one : other;
  }

  /// The time that is left.
  ///
  /// @return zero once the deadline has passed, never negative
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, remainingNanos()));
  }

  /// Tells whether the deadline has passed.
  ///
  /// @return true once nothing remains
  public boolean isExpired() {
    return remainingNanos() <= 0;
  }

  long remainingNanos() {
    return nanoTime - System.nanoTime();
  }

  /// Orders deadlines by time, the earlier first.
  @Override
  public int compareTo(Deadline other) {
    return Long.signum(nanoTime - other.nanoTime);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Deadline deadline && deadline.nanoTime == nanoTime;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(nanoTime);
  }

  @Override
  public String toString() {
    long millis = remainingNanos() / 1_000_000;
    return millis >= 0 ? "in " + millis + " ms" : -millis + " ms ago";
  }
}
