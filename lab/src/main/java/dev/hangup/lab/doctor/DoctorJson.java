package dev.hangup.lab.doctor;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What the doctor says to programs.
final class DoctorJson {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private DoctorJson() {}

  /// @param verdict `heard` or `hidden`
  /// @param protocol by which the service is asked
  /// @param sight as of [Known]
  /// @param between what was recognised
  record Said(
      String verdict,
      String protocol,
      String sight,
      List<String> between,
      List<Tried> tried,
      List<Advice> advice) {}

  /// A finding.
  record Tried(
      String protocol,
      String phase,
      String leaving,
      String outcome,
      @Nullable String reason,
      @Nullable Long lateMillis,
      @Nullable String note) {}

  static String of(Findings findings) {
    Chain chain = findings.chain();
    return JSON.writeValueAsString(
            new Said(
                findings.isGood() ? "heard" : "hidden",
                chain.seen().protocol(),
                chain.seen().sight(),
                chain.hops().stream().map(Hop::text).toList(),
                findings.all().stream().map(DoctorJson::tried).toList(),
                Advice.of(findings)))
        + "\n";
  }

  private static Tried tried(Finding finding) {
    Experiment experiment = finding.experiment();
    OptionalLong late = finding.lateMillis();
    return new Tried(
        experiment.protocol().text(),
        code(experiment.phase()),
        code(experiment.leaving()),
        finding.outcome().code(),
        empty(finding.reason()),
        late.isPresent() ? late.getAsLong() : null,
        empty(finding.note()));
  }

  private static String code(Enum<?> constant) {
    return constant.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static @Nullable String empty(String text) {
    return text.isEmpty() ? null : text;
  }
}
