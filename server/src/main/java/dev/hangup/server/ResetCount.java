package dev.hangup.server;

import java.util.concurrent.TimeUnit;

/// How many streams of a connection were reset in 30 s, counted from the first one: a bound for
/// CVE-2023-44487 and CVE-2025-8671. As HTTP/2's codec counts, in two numbers, however many there
/// are. Only the event loop.
final class ResetCount {
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);

  private long began;
  private int resets;

  /// Counts one more.
  ///
  /// @param most so many are none too many
  boolean isTooMany(int most) {
    return isTooMany(most, System.nanoTime());
  }

  boolean isTooMany(int most, long now) {
    if (resets == 0 || now - began > WINDOW_NANOS) {
      began = now;
      resets = 0;
    }
    resets++;
    return resets > most;
  }
}
