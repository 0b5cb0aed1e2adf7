package dev.hangup;

/// A place where work meets its own cancellation, told to a witness
/// ([CancelScope.Options#withWitness(java.util.function.Consumer)]) before it is passed.
public enum CancellationPoint {
  /// [Cancellation#check()]
  CHECK,
  /// The entry of [Cancellation#abortable(Abort, Op)]
  ABORTABLE,
  /// The entry of [Cancellation#shielded(java.time.Duration, Op)]
  SHIELDED,
  /// [CancelScope#fork(java.util.concurrent.Callable)]
  FORK
}
