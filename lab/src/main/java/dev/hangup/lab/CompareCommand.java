package dev.hangup.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Compares two runs.
@Command(name = "compare", description = "Compare two runs.", sortOptions = false)
final class CompareCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "BEFORE", description = "the folder of a run")
  private Path before = Path.of("");

  @Parameters(index = "1", paramLabel = "AFTER", description = "the folder of another")
  private Path after = Path.of("");

  @Option(names = "--html", paramLabel = "FILE", description = "write a page, too")
  private @Nullable Path page;

  @Option(names = "--help", usageHelp = true, description = "show this")
  boolean help;

  @Override
  public Integer call() throws Exception {
    Comparison comparison = Comparison.of(RunFile.read(before), RunFile.read(after));
    System.out.print(comparison.markdown());
    if (page != null) {
      Files.writeString(page, comparison.page());
    }
    return 0;
  }
}
