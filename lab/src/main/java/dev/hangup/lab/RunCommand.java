package dev.hangup.lab;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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

  @Option(names = "--help", usageHelp = true, description = "show this")
  boolean help;

  @Override
  public Integer call() throws Exception {
    Path folder = out == null ? Path.of("target", "lab", now()) : out;
    System.out.println(folder);
    return 0;
  }

  private static String now() {
    return DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").format(LocalDateTime.now(ZoneOffset.UTC));
  }
}
