package dev.hangup.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A run's reports, beside it.
final class ReportFiles {
  static final String PAGE = "report.html";
  static final String MARKDOWN = "report.md";
  static final String JSON = "report.json";

  private ReportFiles() {}

  /// Writes them for the run in a folder, and returns the page.
  static Path write(Path folder) throws IOException {
    Run run = RunFile.read(folder);
    StoryPage.writeAll(run, folder);
    Files.writeString(folder.resolve(JSON), ReportJson.of(run));
    Files.writeString(folder.resolve(MARKDOWN), ReportMarkdown.of(run));
    return Files.writeString(folder.resolve(PAGE), ReportPage.of(run));
  }
}
