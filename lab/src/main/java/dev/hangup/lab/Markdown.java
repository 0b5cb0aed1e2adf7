package dev.hangup.lab;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Text and tables of Markdown, with nothing of a run's taken for markup.
final class Markdown {
  private Markdown() {}

  static String escape(Object value) {
    return String.valueOf(value)
        .replaceAll("[\\r\\n]+", " ")
        .replaceAll("[\\\\`*_\\[\\]<>|#]", "\\\\$0");
  }

  /// A row of cells that are escaped already.
  static String row(Object... cells) {
    return Stream.of(cells).map(String::valueOf).collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /// The head of a table.
  static String head(String... names) {
    return row((Object[]) names) + "|---".repeat(names.length) + "|\n";
  }
}
