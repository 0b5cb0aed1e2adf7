package dev.hangup.lab;

import java.time.Duration;
import java.time.Instant;

/// How long the lab waits, and its clock.
final class Patience {
  /// A program starts, or compiles itself.
  static final Duration START = Duration.ofSeconds(60);

  /// A request arrives.
  static final Duration ARRIVAL = Duration.ofSeconds(10);

  /// All the steps that nobody is told to stop: 3 s, were the machine never late.
  static final int STEPS = 300;

  /// The same for a client that has vanished: no server is to find that at once.
  static final int VANISHED_STEPS = 2_000;

  /// Those before a download begins: the client has left long before.
  static final int DOWNLOAD_STEPS = 20;

  /// A whole request that is to be answered.
  static final int WHOLE_STEPS = 5;

  private Patience() {}

  /// Those steps on a machine that is often late.
  static Duration steps(int count) {
    return Duration.ofMillis(count * 30L + 10_000);
  }

  /// Now, in nanoseconds since 1970, as the servers tell it.
  static long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000 + now.getNano();
  }
}
