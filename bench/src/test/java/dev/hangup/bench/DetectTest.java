package dev.hangup.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectTest {
  private static final Detect.Plan TWICE = new Detect.Plan(2, 0, Duration.ZERO);

  @Test
  void everyDepartureIsTold() throws Exception {
    String tables;
    try (Detect hangupAlone = new Detect(null)) {
      tables = hangupAlone.run(TWICE).markdown();
    }

    List<String> rows = tables.lines().filter(line -> line.matches("\\| HTTP/[123].*")).toList();
    assertThat(rows).hasSize(28).allMatch(row -> row.contains("| 2/2 |"));
    assertThat(tables)
        .contains(
            "no Go", "| HTTP/2, TLS: RST_STREAM | Hangup |", "| HTTP/3: STOP_SENDING | Hangup |");
  }

  @Test
  void percentileIsTheValueThatSoManyDoNotExceed() {
    long[] hundred = LongStream.rangeClosed(1, 100).toArray();
    assertThat(Latencies.percentile(hundred, 50)).isEqualTo(50);
    assertThat(Latencies.percentile(hundred, 99)).isEqualTo(99);
    assertThat(Latencies.percentile(hundred, 100)).isEqualTo(100);
    assertThat(Latencies.percentile(new long[] {3, 5, 7}, 50)).isEqualTo(5);
    assertThat(Latencies.percentile(new long[] {3}, 50)).isEqualTo(3);
  }

  @Test
  void whoWasNotToldIsCountedButHasNoTime() {
    Latencies latencies = new Latencies();
    assertThat(latencies.summary(Latencies.Trial::told)).isEqualTo("–");

    latencies.add(new Latencies.Trial(0, 1_000_000, 1_234_567, 2_000_000));
    latencies.add(null);

    assertThat(latencies.toldOfTrials()).isEqualTo("1/2");
    assertThat(latencies.summary(Latencies.Trial::told)).isEqualTo("1,235 / 1,235 / 1,235");
  }

  @Test
  void optionsHaveDefaults() {
    assertThat(DetectOptions.parse(List.of())).isEqualTo(new DetectOptions(200, 500, null));
    assertThat(DetectOptions.parse(List.of("--out", "a.md", "--trials", "7", "--warm-up", "0")))
        .isEqualTo(new DetectOptions(7, 0, Path.of("a.md")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--trials 0 | --trials: 0 (expected: a whole number, at least 1)",
        "--trials many | --trials: many (expected: a whole number, at least 1)",
        "--warm-up -1 | --warm-up: -1 (expected: a whole number, at least 0)",
        "--trials | --trials: nothing (expected: a value)",
        "--out | --out: nothing (expected: a value)",
        "--fast | what is --fast?"
      })
  void whatCannotBeUnderstoodIsNamed(String arguments, String message) {
    assertThatThrownBy(() -> DetectOptions.parse(List.of(arguments.split(" "))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
