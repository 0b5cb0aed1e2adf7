package dev.hangup.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class BenchmarksTest {
  private static Collection<RunResult> results;

  @BeforeAll
  static void runEachOnce() throws Exception {
    System.setProperty("jmh.ignoreLock", "true");
    results =
        new Runner(
                Main.all()
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(1))
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
  }

  @Test
  void everyOperationHasARow() {
    String report = new Report(results).markdown();
    for (Section section : Section.ALL) {
      assertThat(report).contains("\n## " + section.title() + "\n");
      for (Class<?> operation : section.operations()) {
        String title = operation.getAnnotation(Operation.class).value();
        assertThat(report).contains("\n| " + title.substring(0, title.length() / 4));
      }
    }
  }

  @Test
  void hangupTakesPartInEachOperation() {
    assertThat(results)
        .extracting(result -> result.getParams().getBenchmark())
        .containsAll(
            Section.ALL.stream()
                .flatMap(section -> section.operations().stream())
                .map(operation -> operation.getName() + ".hangup")
                .toList());
  }

  @Test
  void timesHaveDigitsThatSuitThem() {
    assertThat(Report.time(1.2345, 0.0678)).isEqualTo("1.23 ± 0.07 ns");
    assertThat(Report.time(1234.5, 67.8)).isEqualTo("1,235 ± 68 ns");
    assertThat(Report.time(12_345, Double.NaN)).isEqualTo("12.3 µs");
  }
}
