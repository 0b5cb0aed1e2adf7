package dev.hangup.lab;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What a run says of a claim.
///
/// @param claim which
/// @param verdict what it says
/// @param deciding the experiments by which
/// @param against those of them that refute it
/// @param missing how many of its parts were not measured
record Judgement(
    Claim claim, Verdict verdict, List<Cell> deciding, List<Cell> against, int missing) {
  /// What can be said.
  enum Verdict {
    /// All that was measured agrees.
    CONFIRMED,
    /// Something does not.
    REFUTED,
    /// Nothing was measured.
    NOT_MEASURED;

    /// For style sheets and programs.
    String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// For people.
    String text() {
      return code().replace('_', ' ');
    }
  }

  static Judgement of(Claim claim, List<Cell> cells) {
    Set<Cell> deciding = new LinkedHashSet<>();
    List<Cell> against = new ArrayList<>();
    int missing = 0;
    for (Claim.Part part : claim.parts()) {
      List<Cell> about =
          cells.stream().filter(part::isAbout).filter(part.expect()::isMeasured).toList();
      deciding.addAll(about);
      about.stream().filter(cell -> !part.expect().holds(cell)).forEach(against::add);
      missing += about.isEmpty() ? 1 : 0;
    }
    Verdict verdict =
        deciding.isEmpty()
            ? Verdict.NOT_MEASURED
            : against.isEmpty() ? Verdict.CONFIRMED : Verdict.REFUTED;
    return new Judgement(claim, verdict, List.copyOf(deciding), List.copyOf(against), missing);
  }

  static List<Judgement> all(Run run) {
    return Claim.all().stream().map(claim -> of(claim, run.cells())).toList();
  }

  /// By what it was decided, for people: what speaks against it comes first.
  List<Cell> shown() {
    return verdict == Verdict.REFUTED ? against : deciding;
  }

  /// What is left to say.
  String note() {
    return missing == 0 || verdict == Verdict.NOT_MEASURED
        ? ""
        : missing + " of " + claim.parts().size() + " parts not measured";
  }
}
