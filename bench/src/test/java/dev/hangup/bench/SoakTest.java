package dev.hangup.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoakTest {
  private static final Soak.Plan SHORT = new Soak.Plan(3, Duration.ofMillis(500), 8, 200);

  @Test
  void everyAnswerIsRightAndNothingRunsOn() throws Exception {
    SoakReport report = Soak.run(SHORT);
    assertThat(report.markdown()).contains("0 answers were wrong", "\n| 2 s | ");
    assertThat(report.faults()).noneMatch(fault -> fault.startsWith("wrong"));
    assertThat(report.faults()).noneMatch(fault -> fault.startsWith("handlers"));
  }

  @Test
  void growthIsThatOfTheLine() {
    assertThat(SoakReport.growth(1, 2, 3, 4)).isCloseTo(3, within(1e-9));
    assertThat(SoakReport.growth(5, 5, 5)).isZero();
    assertThat(SoakReport.growth(7, 1, 7)).isZero();
    assertThat(SoakReport.growth(9)).isZero();
  }

  @Test
  void whatGrowsIsNamed() {
    List<SoakSample> samples = List.of(sample(900, 0), sample(0, 0), sample(9, 0), sample(18, 2));
    assertThat(new SoakReport(SHORT, samples, new SoakClient.Tally()).faults())
        .containsExactly(
            "file descriptors: grew by 18 (expected: at most 8)",
            "handlers that do not return: 2 (expected: 0)");
  }

  private static SoakSample sample(long files, long running) {
    return SoakSample.parse(new SoakSample(1, 2, 3, files, running, 0, 7).line());
  }

  @Test
  void optionsHaveDefaults() {
    assertThat(SoakOptions.parse(List.of()).minutes()).isEqualTo(20);
    assertThat(SoakOptions.parse(List.of("--minutes", "2")).plan().between())
        .isEqualTo(Duration.ofSeconds(12));
    assertThatThrownBy(() -> SoakOptions.parse(List.of("--minutes", "0")))
        .hasMessage("--minutes: 0 (expected: a whole number, at least 1)");
    assertThatThrownBy(() -> SoakOptions.parse(List.of("--hours"))).hasMessage("what is --hours?");
  }
}
