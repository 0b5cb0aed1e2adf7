package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.server.Server;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  private static final int CANNOT_START = 1;
  private static final int USAGE = 2;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return command.execute(arguments);
  }

  @Test
  void unknownOptionIsNamed() {
    assertThat(run("--poort", "1")).isEqualTo(USAGE);
    assertThat(err).asString().contains("'--poort'").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "65536", "http", ""})
  void badPortIsNamed(String port) {
    assertThat(run("--port", port)).isEqualTo(USAGE);
    assertThat(run("--tls-port", port)).isEqualTo(USAGE);
    assertThat(err)
        .asString()
        .contains("'--port': " + port + " (expected: 0-65535)")
        .contains("'--tls-port': " + port + " (expected: 0-65535)")
        .hasLineCount(2);
  }

  @Test
  void portInUseIsNamed() throws Exception {
    try (Server first = Server.start((_, _) -> {}, options -> options.withPort(0))) {
      String port = String.valueOf(first.port());
      assertThat(run("--no-tls", "--port", port)).isEqualTo(CANNOT_START);
      assertThat(err)
          .asString()
          .contains("cannot listen on 127.0.0.1:" + port, "in use")
          .hasLineCount(1);
    }
  }

  @Test
  void unwritableTraceIsNamed(@TempDir Path folder) {
    assertThat(run("--no-tls", "--port", "0", "--trace", folder.toString()))
        .isEqualTo(CANNOT_START);
    assertThat(err).asString().contains("cannot write the trace: " + folder).hasLineCount(1);
  }

  @Test
  void badUpstreamIsNamed() {
    assertThat(run("--no-tls", "--port", "0", "--upstream", "ftp://somewhere"))
        .isEqualTo(CANNOT_START);
    assertThat(err)
        .asString()
        .contains("target: ftp://somewhere (expected: as in http://127.0.0.1:9000/path)")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdbc:nothing:x", "jdbc:postgresql://127.0.0.1:1/test"})
  void databaseThatIsNotThereIsNamed(String url) {
    assertThat(run("--no-tls", "--port", "0", "--jdbc-url", url)).isEqualTo(CANNOT_START);
    assertThat(err).asString().contains("jdbc-url: " + url + " (").hasLineCount(1);
  }

  @Test
  void helpTellsTheOptions() {
    assertThat(run("--help")).isZero();
    assertThat(out)
        .asString()
        .contains("--port", "--host", "--trace", "8080", "127.0.0.1")
        .contains("--tls-port", "--no-tls", "8443", "--upstream")
        .contains("--jdbc-url", "--jdbc-user", "--jdbc-password");
    assertThat(err).asString().isEmpty();
  }
}
