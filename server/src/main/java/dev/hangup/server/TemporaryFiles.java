package dev.hangup.server;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The temporary files of one request, which end with it. For any thread: a thread that outlives
/// its handler makes no file that nobody would delete.
final class TemporaryFiles implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger("dev.hangup.server");

  /// Tells whose they were, should the process be killed.
  static final String PREFIX = "hangup-" + ProcessHandle.current().pid() + "-";

  // Guarded by this
  private final List<Path> files = new ArrayList<>(0);
  private boolean over;

  /// Makes an empty file that only this user can read.
  synchronized Path create() throws IOException {
    if (over) {
      throw new IOException("the request is over");
    }
    Path file = Files.createTempFile(PREFIX, ".upload");
    files.add(file);
    return file;
  }

  @Override
  public synchronized void close() {
    over = true;
    for (Path file : files) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        LOGGER.log(Level.WARNING, "a temporary file cannot be deleted", e);
      }
    }
    files.clear();
  }
}
