package dev.hangup;

/// How well the client of a request can be seen to hang up, at the moment of asking.
public enum Observability {
  /// A close and a reset are noticed at once, although nothing is read or written.
  FULL,
  /// Some are noticed only when something is next written or read: a handler that waits for long
  /// should send a little now and then.
  WRITE_ONLY
}
