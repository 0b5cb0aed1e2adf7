package dev.hangup.server;

import java.time.Duration;
import java.util.Objects;

/// What options must be, or an [IllegalArgumentException] says what was wrong.
final class Expect {
  private static final Duration LONGEST = Duration.ofDays(365); // its nanoseconds are a long

  private Expect() {}

  static int port(String name, int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException(name + ": " + port + " (expected: 0-65535)");
    }
    return port;
  }

  static int atLeast(String name, int value, int least) {
    return (int) atLeast(name, (long) value, least);
  }

  static long atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + least + " or more)");
    }
    return value;
  }

  static Duration positive(String name, Duration value) {
    if (!Objects.requireNonNull(value, name).isPositive() || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          name
              + ": "
              + value
              + " (expected: more than zero, at most "
              + LONGEST.toDays()
              + " days)");
    }
    return value;
  }
}
