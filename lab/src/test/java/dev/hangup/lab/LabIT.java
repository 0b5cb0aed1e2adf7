package dev.hangup.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged lab.
class LabIT {
  @TempDir private Path folder;

  @Test
  void hangupHearsAndTheJdksServerAloneDoesNot() throws Exception {
    String only = "raw/none/{hangup/h1/fin,hangup/h3/stop-sending,jdk/h1/fin}";
    Process lab = lab("--trials", "1", "--only", only, "--out", folder.toString());
    String said = new String(lab.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(lab.waitFor()).as(said).isZero();
    Run run = RunFile.read(folder);
    assertThat(run.cells()).hasSize(3);
    Cell hangup = run.cells().getFirst();
    assertIsHeard(hangup);
    Cell http3 = run.cells().get(1);
    assertIsHeard(http3);
    assertThat(http3.siblingsAlive()).isTrue();
    assertThat(http3.connectionReused()).isTrue();
    Cell jdk = run.cells().getLast();
    assertThat(jdk.problem()).isNull();
    assertThat(jdk.heard()).isZero();
    assertThat(jdk.wastedSteps().getFirst()).isGreaterThan(Patience.STEPS / 2);
    assertThat(folder.resolve(hangup.trace()))
        .content()
        .contains(" began ", " the client leaves", " told client_closed", " stopped");
  }

  private static void assertIsHeard(Cell cell) {
    assertThat(cell.problem()).isNull();
    assertThat(cell.heard()).isEqualTo(1);
    assertThat(cell.falseHangUps()).isZero();
    assertThat(cell.wastedSteps().getFirst()).isLessThan(Patience.STEPS / 2);
  }

  @Test
  void downloadForClientThatHasLeftIsHardlyWritten() throws Exception {
    Process lab =
        lab(
            "--trials",
            "1",
            "--only",
            "raw/none/tomcat/h1/fin-before-download",
            "--out",
            folder.toString());
    String said = new String(lab.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(lab.waitFor()).as(said).isZero();
    Cell tomcat = RunFile.read(folder).cells().getFirst();
    assertThat(tomcat.problem()).isNull();
    assertThat(tomcat.heard()).isEqualTo(1); // by a write that failed
    assertThat(tomcat.bytesAfter().getFirst()).isBetween(1L, 10_000_000L);
  }

  @Test
  void interruptedRunLeavesNoChild() throws Exception {
    Process lab = lab("--only", "raw/none/jdk/h1/*", "--out", folder.toString());
    while (isWithoutServer(lab)) {
      assertThat(lab.waitFor(50, TimeUnit.MILLISECONDS)).isFalse();
    }

    lab.destroy(); // SIGTERM: who runs tests in the background may have SIGINT ignored

    assertThat(lab.waitFor(60, TimeUnit.SECONDS)).isTrue();
    while (ProcessHandle.allProcesses().anyMatch(this::isOurs)) {
      Thread.onSpinWait(); // the test's own time is the limit
    }
  }

  private boolean isWithoutServer(Process lab) {
    return lab.descendants().noneMatch(this::isOurs);
  }

  private boolean isOurs(ProcessHandle process) {
    return process.info().commandLine().orElse("").contains("-Dlab.tls=" + folder);
  }

  private static Process lab(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                "target/hangup-lab.jar",
                "run"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
