package dev.hangup.lab.doctor;

import dev.hangup.lab.doctor.Finding.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What the doctor says to people.
final class DoctorText {
  private DoctorText() {}

  static String chain(Target target, Chain chain) {
    String between =
        chain.hops().isEmpty()
            ? "nothing that names itself"
            : chain.hops().stream().map(Hop::text).collect(Collectors.joining(", "));
    return """
    %s
    Between: %s.
    The service is asked in %s, and %s.

    """
        .formatted(target.url(), between, chain.seen().protocol(), sight(chain.seen().sight()));
  }

  private static String sight(String sight) {
    return switch (sight) {
      case "full" -> "sees its clients leave";
      case "write_only" -> "sees its clients leave only when it writes";
      default -> "does not look whether its clients leave";
    };
  }

  static String line(Finding finding) {
    String late =
        finding.lateMillis().isPresent()
            ? "%s, %d ms".formatted(finding.reason(), finding.lateMillis().getAsLong())
            : "";
    String note =
        List.of(late, finding.note()).stream()
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining("; "));
    Object what =
        finding.isNotTried() ? finding.experiment().protocol().text() : finding.experiment();
    return "  %-66s %-14s %s".formatted(what, outcome(finding.outcome()), note).stripTrailing()
        + "\n";
  }

  private static String outcome(Outcome outcome) {
    String text = outcome.code().replace('_', ' ');
    return outcome.isGood() ? text : text.toUpperCase(Locale.ROOT);
  }

  static String verdict(Findings findings) {
    StringBuilder text = new StringBuilder("\n");
    List<Advice> advice = Advice.of(findings);
    text.append(findings.isGood() ? "All is well: every hang-up arrived.\n" : bad(findings));
    advice.stream().filter(Advice::cures).forEach(one -> text.append(say(one)));
    if (advice.stream().anyMatch(one -> !one.cures())) {
      text.append("\nGood to know:\n");
      advice.stream().filter(one -> !one.cures()).forEach(one -> text.append(say(one)));
    }
    return text.toString();
  }

  private static String bad(Findings findings) {
    StringBuilder text = new StringBuilder();
    long hidden = count(findings, Outcome.HIDDEN);
    if (hidden > 0) {
      text.append(
          "Hidden: %d of %d hang-ups did not arrive. To change:\n"
              .formatted(hidden, hidden + count(findings, Outcome.HEARD)));
    }
    if (count(findings, Outcome.FALSE_HANG_UP) > 0) {
      text.append(
          "Told of a hang-up although the client stayed: something between closed early.\n");
    }
    if (count(findings, Outcome.UNCLEAR) > 0) {
      text.append("Unclear: " + count(findings, Outcome.UNCLEAR) + ", see above.\n");
    }
    return text.toString();
  }

  private static long count(Findings findings, Outcome outcome) {
    return findings.all().stream().filter(finding -> finding.outcome() == outcome).count();
  }

  private static String say(Advice advice) {
    String setting = advice.setting().isEmpty() ? "" : "  " + advice.setting();
    return "  %s:%s\n      %s\n".formatted(advice.hop(), setting, advice.why());
  }
}
