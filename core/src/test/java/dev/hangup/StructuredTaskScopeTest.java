package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A handler's own `StructuredTaskScope` stops with it. It is a preview API, so the handler is a
/// source file that a JVM of its own compiles and runs with preview features.
class StructuredTaskScopeTest {
  @Test
  void usersStructuredTasksStopWithTheWork() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path source =
        Path.of(
            StructuredTaskScopeTest.class.getResource("/preview/StructuredHandler.java").toURI());
    Process process =
        new ProcessBuilder(
                java.toString(),
                "--enable-preview",
                "--source",
                "25",
                "-cp",
                System.getProperty("java.class.path"),
                source.toString())
            .redirectErrorStream(true)
            .start();
    List<String> lines =
        process.inputReader().lines().filter(line -> !line.startsWith("Note:")).toList();
    assertThat(process.waitFor()).as("%s", lines).isZero();
    assertThat(lines)
        .containsExactly(
            "subtasks see the work: true",
            "sleeper stopped: InterruptedException",
            "query aborted natively, flag inside: false",
            "handler stopped: client_closed",
            "flag left behind: false");
  }
}
