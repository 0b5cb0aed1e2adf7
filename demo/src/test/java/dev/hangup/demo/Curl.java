package dev.hangup.demo;

import dev.hangup.testkit.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A real curl.
final class Curl {
  private Curl() {}

  /// Starts one that says nothing but the answer, and each byte as soon as it comes.
  static Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(Tools.require("curl").toString(), "-q", "-sS", "-N", "--noproxy", "*"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /// Runs one to its end and returns what it printed.
  static String run(String... arguments) throws IOException {
    Process curl = start(arguments);
    try {
      return new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } finally {
      curl.destroyForcibly();
    }
  }
}
