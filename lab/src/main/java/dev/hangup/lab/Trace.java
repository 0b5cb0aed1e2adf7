package dev.hangup.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The raw record of an experiment, for who does not believe us: a line for each thing that was
/// seen, with its time in nanoseconds since 1970. For one thread.
final class Trace {
  private final List<String> lines = new ArrayList<>();

  /// A client has left.
  void left(String id, long nanos) {
    lines.add(nanos + " " + id + " the client leaves");
  }

  void events(List<Event> events) {
    for (Event event : events) {
      lines.add(
          (event.nanos() + " " + event.id() + " " + event.what() + " " + event.more()).strip());
    }
  }

  void note(String text) {
    lines.add(Patience.now() + " " + text.lines().findFirst().orElse(""));
  }

  void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, lines);
  }
}
