package dev.hangup.docs;

import static org.assertj.core.api.Assertions.fail;

import dev.hangup.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A process that a reader of a tutorial starts, and what it prints.
final class Service implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path printed;

  private Service(Process process, Path printed) {
    this.process = process;
    this.printed = printed;
  }

  /// Runs a command of the shell in a folder, with this JDK.
  static Service start(Path folder, String command) throws IOException {
    Path printed = Files.createTempFile(folder, "printed", ".txt");
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", command);
    Map<String, String> environment = builder.environment();
    String java = Path.of(System.getProperty("java.home"), "bin").toString();
    environment.put("PATH", java + ":" + environment.get("PATH"));
    environment.put("JAVA_TOOL_OPTIONS", "-Dh2.bindAddress=127.0.0.1");
    environment.put("SERVER_ADDRESS", "127.0.0.1"); // Spring Boot's
    environment.put("CURL_HOME", folder.toString());
    environment.put("no_proxy", "*");
    return new Service(
        builder
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start(),
        printed);
  }

  String printed() throws IOException {
    return Files.readString(printed);
  }

  /// Waits until it has printed a line that matches, as a whole.
  void await(String line) throws IOException, InterruptedException {
    Deadline deadline = Deadline.after(PATIENCE);
    while (printed().lines().noneMatch(one -> one.matches(line))) {
      if (deadline.isExpired() || !process.isAlive()) {
        fail("no line " + line + " in:\n" + printed());
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /// Waits for its end.
  ///
  /// @return what it printed
  String awaitEnd() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      fail("still running; so far:\n" + printed());
    }
    return printed();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
