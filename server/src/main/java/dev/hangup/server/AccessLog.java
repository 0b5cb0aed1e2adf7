package dev.hangup.server;

import java.io.PrintStream;

/// Told of each request once, when its handler has returned and its last byte was sent or refused.
///
/// Called by one thread at a time, never by one that does I/O, in the order in which requests
/// ended. It may block; what it throws is logged. Requests that end meanwhile wait in memory.
@FunctionalInterface
public interface AccessLog {

  /// Takes note of a request.
  ///
  /// @param entry what happened
  void log(AccessEntry entry);

  /// A log that prints each entry as a line: [AccessEntry#toString()].
  ///
  /// @param out where to
  /// @return the log
  static AccessLog printing(PrintStream out) {
    return entry -> out.println(entry);
  }
}
