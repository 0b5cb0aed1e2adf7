package dev.hangup;

import java.time.Duration;
import java.util.List;

/// How a stop went, told when all the work under a cancelled scope has stopped.
///
/// @param reason why the work was cancelled
/// @param timeToSignal from the cancel until every abort and every action had been started
/// @param timeToStop from the cancel until the last piece of work had returned
/// @param aborts how many times an [Abort] was called, repetitions included
/// @param refires how many of those were repetitions
/// @param interrupts how many threads were interrupted
/// @param stragglers what still ran after its grace; it has returned by the time of this report
public record CancelReport(
    CancelReason reason,
    Duration timeToSignal,
    Duration timeToStop,
    int aborts,
    int refires,
    int interrupts,
    List<Straggler> stragglers) {

  /// Copies the list.
  public CancelReport {
    stragglers = List.copyOf(stragglers);
  }
}
