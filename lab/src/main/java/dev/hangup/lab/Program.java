package dev.hangup.lab;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// A program of the machine's.
final class Program {
  private Program() {}

  /// Finds it on the path.
  static Optional<Path> find(String command) {
    String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin:/sbin";
    return Stream.of(path.split(File.pathSeparator))
        .map(folder -> Path.of(folder, command))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// Finds it, or throws an IOException for people.
  static String require(String command) throws IOException {
    return find(command)
        .orElseThrow(() -> new IOException(command + " is not installed"))
        .toString();
  }

  /// What it answers, on both outputs; throws IOException if it fails.
  static String ask(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said.strip());
    }
    return said;
  }
}
