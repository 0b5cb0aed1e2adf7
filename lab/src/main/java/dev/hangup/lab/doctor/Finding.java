package dev.hangup.lab.doctor;

import java.util.Locale;
import java.util.OptionalLong;

/// What came of an experiment.
///
/// @param experiment which
/// @param outcome how it went
/// @param reason what the service was told; empty if nothing
/// @param lateMillis from the hang-up until the service was told, at most
/// @param note for people; may be empty
record Finding(
    Experiment experiment, Outcome outcome, String reason, OptionalLong lateMillis, String note) {
  /// How it went.
  enum Outcome {
    /// The service was told.
    HEARD(true),
    /// It was not, and worked on.
    HIDDEN(false),
    /// It was told although its client stayed.
    FALSE_HANG_UP(false),
    /// The client stayed, and the answer came.
    ANSWERED(true),
    /// A half-closed client was taken for gone.
    TAKEN_FOR_GONE(true),
    /// The request never came, so nothing was wasted.
    SPARED(true),
    /// It could not be tried.
    NOT_TRIED(true),
    /// It was tried, and nobody knows.
    UNCLEAR(false);

    private final boolean good;

    Outcome(boolean good) {
      this.good = good;
    }

    boolean isGood() {
      return good;
    }

    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding of(Experiment experiment, Outcome outcome, String note) {
    return new Finding(experiment, outcome, "", OptionalLong.empty(), note);
  }

  static Finding heard(Experiment experiment, Outcome outcome, String reason, long lateMillis) {
    return new Finding(experiment, outcome, reason, OptionalLong.of(Math.max(0, lateMillis)), "");
  }

  Finding withNote(String note) {
    return new Finding(experiment, outcome, reason, lateMillis, note);
  }

  boolean isNotTried() {
    return outcome == Outcome.NOT_TRIED;
  }

  boolean is(Experiment.Protocol protocol, Phase phase, Outcome outcome) {
    return experiment.protocol() == protocol
        && experiment.phase() == phase
        && this.outcome == outcome;
  }
}
