package dev.hangup.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hangup.testkit.Tools;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServletBenchTest {
  @Test
  void containerIsMeasuredWithTheFilterAndWithout() throws Exception {
    Tools.require("wrk");
    Tools.require("nginx");
    String tables;
    try (ServletBench bench =
        new ServletBench(
            ServletOptions.parse(
                List.of(
                    "--rounds 1 --seconds 1 --warm-up 1 --trials 2 --only tomcat".split(" "))))) {
      tables = bench.run();
      assertThat(bench.missed()).isZero();
    }
    List<String> rows = tables.lines().filter(line -> line.startsWith("| Tomcat")).toList();
    assertThat(rows).hasSize(1 + ServletDeparture.values().length);
    assertThat(rows.subList(1, rows.size() - 1)).allMatch(row -> row.endsWith("| 1/1 |"));
  }

  @Test
  void watchingIsMeasured() throws Exception {
    try (WatchBench bench = new WatchBench(new WatchOptions(20, 100, 1, null))) {
      assertThat(bench.run()).contains("20 connections watched at once", "told 20/20");
      assertThat(bench.failures()).isZero();
    }
  }

  @Test
  void optionsHaveDefaults() {
    assertThat(ServletOptions.parse(List.of()))
        .isEqualTo(
            new ServletOptions(7, 2, 20, 200, false, EnumSet.allOf(ServletHost.class), null));
    assertThat(WatchOptions.parse(List.of())).isEqualTo(new WatchOptions(5_000, 10_000, 5, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--trials x | --trials: x (expected: a whole number, at least 0)",
        "--only jboss | --only: jboss (expected: tomcat, jetty, undertow)",
        "--fast | what is --fast?"
      })
  void whatCannotBeUnderstoodIsNamed(String arguments, String message) {
    assertThatThrownBy(() -> ServletOptions.parse(List.of(arguments.split(" "))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
