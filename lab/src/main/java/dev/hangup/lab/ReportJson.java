package dev.hangup.lab;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a run comes to, for programs: the claims with their verdicts, and each experiment in a few
/// numbers. All that was measured is in the run itself.
final class ReportJson {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private ReportJson() {}

  /// The whole.
  record Said(
      String started, int experiments, int falseHangUps, List<Judged> claims, List<Found> found) {}

  /// A claim.
  record Judged(
      String source, String claim, String verdict, List<String> by, List<String> against) {}

  /// An experiment. Times are in milliseconds.
  record Found(
      String id,
      String hearing,
      @Nullable Double told50,
      @Nullable Double told99,
      @Nullable Double stopped50,
      @Nullable Double wastedSteps,
      @Nullable Double bytesAfter,
      @Nullable String problem) {}

  static String of(Run run) {
    return JSON.writeValueAsString(
            new Said(
                run.started(),
                run.cells().size(),
                run.cells().stream().mapToInt(Cell::falseHangUps).sum(),
                Judgement.all(run).stream().map(ReportJson::judged).toList(),
                run.cells().stream().map(ReportJson::found).toList()))
        + "\n";
  }

  private static Judged judged(Judgement judgement) {
    return new Judged(
        judgement.claim().source(),
        judgement.claim().text(),
        judgement.verdict().code(),
        judgement.deciding().stream().map(Cell::id).toList(),
        judgement.against().stream().map(Cell::id).toList());
  }

  private static Found found(Cell cell) {
    return new Found(
        cell.id(),
        Hearing.of(cell).code(),
        number(Figures.percentile(cell.toldMillis(), 50)),
        number(Figures.percentile(cell.toldMillis(), 99)),
        number(Figures.percentile(cell.stoppedMillis(), 50)),
        number(Figures.mean(cell.wastedSteps())),
        number(Figures.mean(cell.bytesAfter())),
        cell.problem());
  }

  private static @Nullable Double number(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
