package dev.hangup.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// A run on disk: `run.json` in its folder.
final class RunFile {
  static final String NAME = "run.json";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private RunFile() {}

  /// Reads a run. Throws IOException, with a message for people, if it is none of ours.
  static Run read(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    Run run;
    try {
      run = JSON.readValue(Files.readString(file), Run.class);
    } catch (JacksonException e) {
      throw new IOException(file + ": not a run of the lab: " + e.getOriginalMessage(), e);
    }
    if (run.version() != Run.VERSION) {
      throw new IOException(
          file + ": version " + run.version() + " (expected: " + Run.VERSION + ")");
    }
    return run;
  }

  /// Writes a run, whole or not at all.
  static void write(Run run, Path folder) throws IOException {
    Files.createDirectories(folder);
    Path written = Files.createTempFile(folder, "run", ".json");
    Files.writeString(written, JSON.writeValueAsString(run));
    Files.move(
        written,
        folder.resolve(NAME),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
