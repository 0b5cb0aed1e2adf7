package dev.hangup.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ObserveBenchTest {
  @Test
  void crowdIsMeasuredObservedAndNot() throws Exception {
    List<String> arguments = List.of("--rounds 0 --requests 50 --hang-ups 100".split(" "));
    String tables = new ObserveBench(ObserveOptions.parse(arguments)).run();

    assertThat(tables.lines().filter(line -> line.startsWith("| nobody observes"))).hasSize(1);
    assertThat(tables.lines().filter(line -> line.startsWith("| meters, live view"))).hasSize(1);
  }

  @Test
  void whatCannotBeUnderstoodIsNamed() {
    assertThat(ObserveOptions.parse(List.of()))
        .isEqualTo(new ObserveOptions(9, 2, 10, 10_000, 20_000, null));
    assertThatThrownBy(() -> ObserveOptions.parse(List.of("--hang-ups", "0")))
        .hasMessage("--hang-ups: 0 (expected: a whole number, at least 1)");
  }
}
