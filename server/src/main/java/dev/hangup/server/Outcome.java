package dev.hangup.server;

/// How far a response has come: [Response#outcome()], [Response#awaitOutcome()].
///
/// ```
/// WAITING ──▶ BUFFERED ──▶ DELIVERED
///    └────────────┴──────▶ CUT
/// ```
///
/// **Limits**: what is known is known from the connection's next hop, which may be a proxy, and
/// from its kernel: that the program behind it has read the bytes, nobody but the program can tell.
public enum Outcome {
  /// Some of it is not made yet, or still waits with us.
  WAITING,
  /// Our kernel has taken all of it. What became of it there is not known yet, or not at all: only
  /// Linux's epoll tells, and only of a connection that was still open at [Response#end()] or when
  /// the outcome was first asked for.
  BUFFERED,
  /// The client's kernel has acknowledged all of it. Also where the client left afterwards.
  DELIVERED,
  /// It was broken off, or the client left or reset the connection before it acknowledged all.
  CUT
}
