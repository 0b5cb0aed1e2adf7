package dev.hangup.lab;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Writes the reports of a run anew.
@Command(name = "report", description = "Write the reports of a run anew.", sortOptions = false)
final class ReportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FOLDER", description = "with the run.json of a run")
  private Path folder = Path.of("");

  @Option(names = "--help", usageHelp = true, description = "show this")
  boolean help;

  @Override
  public Integer call() throws Exception {
    System.out.println(ReportFiles.write(folder));
    return 0;
  }
}
