package dev.hangup.server;

/// What an HTTP/1.1 client means that ends its sending while it waits for an answer. A FIN alone
/// does not say: RFC 9112 §9.6. A reset always cancels; so does the end of a body that is not
/// whole, of HTTP/1.0, of TLS, and of a stream that has begun.
public enum HalfClose {
  /// Ask: send an interim `102 Processing` (RFC 2518 §10.1), and only then. A client that is gone
  /// answers with a reset within one round trip; one that waits goes on waiting. A second and third
  /// look behind hops that speak TCP only; five at most.
  PROBE,
  /// It is gone.
  CANCEL,
  /// It waits for its answer: who leaves in good order is not noticed.
  IGNORE
}
