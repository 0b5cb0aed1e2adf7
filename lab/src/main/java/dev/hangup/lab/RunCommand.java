package dev.hangup.lab;

import java.io.Console;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Makes the experiments.
@Command(name = "run", description = "Make the experiments.", sortOptions = false)
final class RunCommand implements Callable<Integer> {
  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "where the results go (default: target/lab/<when>)")
  private @Nullable Path out;

  @Option(
      names = "--only",
      paramLabel = "GLOB",
      description =
          "make those alone whose id is matched, as in 'curl/*/hangup/**'; may be given several"
              + " times")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--trials",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "make each N times, three times where none is heard (default: ${DEFAULT-VALUE})")
  private int trials;

  @Option(
      names = "--time",
      paramLabel = "MINUTES",
      defaultValue = "25",
      description = "begin no other after that (default: ${DEFAULT-VALUE})")
  private int minutes;

  @Option(
      names = "--pcap",
      description = "keep each one's packets, and tell their story (needs tcpdump, and root)")
  private boolean pcap;

  @Option(names = "--resume", description = "go on with the run in --out")
  private boolean resume;

  @Option(names = "--list", description = "tell the experiments, and make none")
  private boolean list;

  @Option(names = "--help", usageHelp = true, description = "show this")
  boolean help;

  @Override
  public Integer call() throws Exception {
    if (trials < 1) {
      throw new IllegalArgumentException("--trials: " + trials + " (expected: 1 or more)");
    }
    if (resume && out == null) {
      throw new IllegalArgumentException("--resume needs --out FOLDER, that of the run");
    }
    List<Experiment> experiments = Matrix.only(Matrix.standard(), only);
    if (experiments.isEmpty()) {
      throw new IllegalArgumentException("--only: none of the experiments is like " + only);
    }
    if (list) {
      experiments.forEach(each -> System.out.println(each.id()));
      return 0;
    }
    Path folder = (out == null ? Path.of("target", "lab", now()) : out).toAbsolutePath();
    LabOptions options =
        new LabOptions(folder, trials, Duration.ofMinutes(minutes), Lab.HANGING, resume);
    Progress progress = new Progress(System.out, isTerminal());
    Lab lab = new Lab(options, Chain::start, Clients::of, progress).leavingOut(Matrix.leftOut());
    Run run = (pcap ? lab.keepingPackets() : lab).run(experiments);
    System.out.println(
        "%d experiments in %.0f s: %s"
            .formatted(run.cells().size(), run.seconds(), ReportFiles.write(folder)));
    run.leftOut()
        .forEach(each -> System.out.println("left out: " + each.what() + ": " + each.why()));
    return 0;
  }

  private static boolean isTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  private static String now() {
    return DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").format(LocalDateTime.now(ZoneOffset.UTC));
  }
}
