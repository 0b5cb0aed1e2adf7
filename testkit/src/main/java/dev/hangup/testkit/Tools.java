package dev.hangup.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// Programs that a test drives: a real curl, a real browser.
///
/// With the system property `hangup.tools=required`, as `./hangup test` sets it, a test whose tool
/// is missing fails. Otherwise it is skipped and says so on standard error.
public final class Tools {
  private Tools() {}

  /// Finds a program on the path.
  ///
  /// @param command its name, such as `curl`
  /// @return the executable
  public static Path require(String command) {
    String path =
        System.getenv("PATH") + File.pathSeparator + "/usr/sbin" + File.pathSeparator + "/sbin";
    return Stream.of(path.split(File.pathSeparator))
        .map(folder -> Path.of(folder, command))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseGet(() -> missing(command + " is not installed: ./hangup test installs it"));
  }

  /// Requires something else of the machine.
  ///
  /// @param available whether it is there
  /// @param message what is missing
  public static void require(boolean available, String message) {
    if (!available) {
      var _ = missing(message);
    }
  }

  private static Path missing(String message) {
    if ("required".equals(System.getProperty("hangup.tools"))) {
      return Assertions.fail(message);
    }
    System.err.println("SKIPPED: " + message);
    return Assumptions.abort(message);
  }
}
