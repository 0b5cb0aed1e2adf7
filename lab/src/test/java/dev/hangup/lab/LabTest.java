package dev.hangup.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What goes wrong in one experiment is that one's problem.
@Timeout(120) // it starts a JVM
class LabTest {
  private static final List<Experiment> ONE = Matrix.parse("raw none hangup h1 fin");

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @TempDir private Path folder;

  /// Only real servers read the certificate, which takes its time to make.
  @BeforeEach
  void pretendToHaveCertificate() throws IOException {
    Path tls = Files.createDirectories(ServerKind.tls(folder));
    Files.createFile(tls.resolve("both.pem"));
  }

  @Test
  void serverThatDoesNotStartIsItsExperimentsProblem() throws Exception {
    List<Experiment> experiments = Matrix.parse("raw none nobody h1 fin,rst\n");

    Run run = lab(Chain::start, Clients::of, Duration.ofSeconds(60), false).run(experiments);

    assertThat(run.cells()).hasSize(2);
    assertThat(run.cells())
        .allSatisfy(
            cell -> assertThat(cell.problem()).startsWith("nobody ended before it listened: see "));
    assertThat(run.leftOut()).hasSize(1); // it was not tried twice
    assertThat(folder.resolve("logs/nobody.log")).content().contains("no such server: nobody");
    assertThat(folder.resolve(run.cells().getFirst().trace())).exists();
    assertThat(RunFile.read(folder)).isEqualTo(run);
  }

  @Test
  void missingToolIsItsExperimentsProblem() throws Exception {
    Run run =
        lab(
                (_, _) -> {
                  throw new IOException("varnishd is not installed");
                },
                Clients::of,
                Duration.ofSeconds(60),
                false)
            .run(Matrix.parse("raw varnish hangup h1 fin"));

    assertThat(run.cells().getFirst().problem()).isEqualTo("varnishd is not installed");
    assertThat(run.leftOut())
        .containsExactly(new LeftOut("hangup varnish", "varnishd is not installed"));
  }

  @Test
  void experimentThatHangsIsGivenUpAndTheNextIsMade() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    List<Experiment> experiments = Matrix.parse("raw none a h1 fin\nraw none b h1 fin");

    Run run =
        lab(
                (experiment, _) -> {
                  if (experiment.server().equals("a")) {
                    never.await();
                  }
                  throw new IOException("here");
                },
                Clients::of,
                Duration.ofMillis(300),
                false)
            .run(experiments);

    assertThat(run.cells().stream().map(Cell::problem)).containsExactly("it hung for 0 s", "here");
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("2/2", "not made: here");
  }

  @Test
  void timeThatIsOverLeavesOutTheRest() throws Exception {
    LabOptions options = new LabOptions(folder, 1, Duration.ZERO, Duration.ofSeconds(60), false);

    Run run = new Lab(options, Chain::start, Clients::of, progress()).run(ONE);

    assertThat(run.cells()).isEmpty();
    assertThat(run.leftOut())
        .containsExactly(new LeftOut("raw/none/hangup/h1/fin", "the time was over"));
  }

  @Test
  void resumedRunMakesWhatIsMissingAlone() throws Exception {
    Cell made = RunFileTest.heard("raw/none/hangup/h1/fin");
    Cell unmade = Matrix.parse("raw none other h1 fin").getFirst().unmade("port taken");
    RunFile.write(RunFileTest.run(made, unmade), folder);

    Run run =
        lab(
                (_, _) -> {
                  throw new IOException("tried again");
                },
                Clients::of,
                Duration.ofSeconds(60),
                true)
            .run(Matrix.parse("raw none hangup,other h1 fin"));

    assertThat(run.cells()).hasSize(2).first().isEqualTo(made);
    assertThat(run.cells().getLast().problem()).isEqualTo("tried again");
    assertThat(run.seconds()).isGreaterThanOrEqualTo(12.5);
    assertThat(run.versions()).containsAllEntriesOf(Map.of("nginx", "1.22.1"));
  }

  private Lab lab(Lab.Starter starter, Lab.Opener opener, Duration hanging, boolean resume) {
    LabOptions options = new LabOptions(folder, 1, Duration.ofMinutes(10), hanging, resume);
    return new Lab(options, starter, opener, progress());
  }

  private Progress progress() {
    return new Progress(new PrintStream(said, true, StandardCharsets.UTF_8), false);
  }
}
