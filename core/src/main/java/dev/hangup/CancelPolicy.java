package dev.hangup;

import java.util.Set;

/// What the hang-up of its client does to the work of a request: for servers and adapters, which
/// let each endpoint choose.
///
/// | | told ([Cancellation#onCancel], [Cancellation#check()]) | aborts | interrupt | answer |
/// |---|---|---|---|---|
/// | `INTERRUPT` | yes | yes | last | nobody's |
/// | `SIGNAL` | yes | yes | never | nobody's |
/// | `FINISH` | no | no | never | made, and discarded |
///
/// A deadline of the endpoint's own, and the stop of the server, reach the work under each of them.
public enum CancelPolicy {
  /// All phases of the stop: signal, aborts, and the interrupt last.
  INTERRUPT,
  /// For code that looks at its cancellation but must not be interrupted: it may use channels, or a
  /// driver that breaks.
  SIGNAL,
  /// For work that was not written to be stopped half way: it runs to its end. Work whose client
  /// has left before it began does not begin.
  FINISH;

  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "QUERY");

  /// What adapters take under applications that were not written for cancellation: reading may be
  /// stopped anywhere, writing is not surprised half way.
  ///
  /// @param method of the HTTP request
  /// @return [#INTERRUPT] for `GET`, `HEAD`, `OPTIONS` and `QUERY`, else [#FINISH]
  public static CancelPolicy forMethod(String method) {
    return SAFE.contains(method) ? INTERRUPT : FINISH;
  }
}
