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

  @ParameterizedTest
  @CsvSource({
    "--port=-1, port: -1 (expected: 0-65535)",
    "--port=http, port: http (expected: 0-65535)",
    "--port, port: nothing (expected: 0-65535)",
    "--verbose, --verbose: no such argument (expected: --port PORT or --NAME=VALUE)"
  })
  void argumentThatMakesNoSenseIsNamed(String argument, String message) {
    assertThatThrownBy(() -> SpringDemo.properties(argument)).hasMessage(message);
  }
}
