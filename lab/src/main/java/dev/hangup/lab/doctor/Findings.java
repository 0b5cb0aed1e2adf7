package dev.hangup.lab.doctor;

import dev.hangup.lab.doctor.Experiment.Protocol;
import dev.hangup.lab.doctor.Finding.Outcome;
import java.util.List;

/// All that was found.
///
/// @param chain what lies between
/// @param all of each experiment
record Findings(Chain chain, List<Finding> all) {
  static final String BUFFERED = "its pieces were kept back";
  static final String WORKED_ON = "the service worked on";

  boolean isGood() {
    return all.stream().allMatch(finding -> finding.outcome().isGood());
  }

  boolean isAny(Protocol protocol, Phase phase, Outcome outcome) {
    return all.stream().anyMatch(finding -> finding.is(protocol, phase, outcome));
  }

  boolean isAny(Phase phase, Outcome outcome) {
    return isAny(Protocol.HTTP1, phase, outcome) || isAny(Protocol.HTTP2, phase, outcome);
  }

  boolean isAny(Outcome outcome) {
    return all.stream().anyMatch(finding -> finding.outcome() == outcome);
  }

  boolean isBuffered() {
    return all.stream().anyMatch(finding -> finding.note().equals(BUFFERED));
  }
}
