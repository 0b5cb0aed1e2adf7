package dev.hangup.demo.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpringDemoTest {
  @Test
  void argumentsBecomeProperties() {
    assertThat(SpringDemo.properties("--port", "9000", "--hangup.enabled=false", "--port=0"))
        .containsExactly("--server.port=9000", "--hangup.enabled=false", "--server.port=0");
  }

  @Test
  void databaseIsSpringsDataSource() {
    assertThat(SpringDemo.properties("--jdbc-url", "jdbc:a", "--jdbc-url=jdbc:b?user=c"))
        .containsExactly("--spring.datasource.url=jdbc:a", "--spring.datasource.url=jdbc:b?user=c");
  }

  @ParameterizedTest
  @CsvSource({
    "--port=-1, port: -1 (expected: 0-65535)",
    "--port=http, port: http (expected: 0-65535)",
    "--port, port: nothing (expected: 0-65535)",
    "--jdbc-url=postgres, jdbc-url: postgres (expected: jdbc:…)",
    "--jdbc-url, jdbc-url: nothing (expected: jdbc:…)",
    "--verbose, '--verbose: no such argument (expected: --port PORT, --jdbc-url URL or --NAME=VALUE)'"
  })
  void argumentThatMakesNoSenseIsNamed(String argument, String message) {
    assertThatThrownBy(() -> SpringDemo.properties(argument)).hasMessage(message);
  }
}
