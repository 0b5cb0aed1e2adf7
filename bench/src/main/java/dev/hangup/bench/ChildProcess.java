package dev.hangup.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A process that speaks in lines, and ends when its input does. For one thread.
final class ChildProcess implements AutoCloseable {
  private static final String GONE = "gone";

  private final String name;
  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  ChildProcess(String name, List<String> command) throws IOException {
    this.name = name;
    this.process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Thread.ofPlatform().daemon().name("lines of " + name).start(this::readLines);
  }

  /// Runs this program once more.
  ///
  /// @param options the JVM's
  static List<String> java(List<String> options, String... arguments) {
    return Stream.of(
            Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
            options.stream(),
            Stream.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()),
            Stream.of(arguments))
        .flatMap(part -> part)
        .toList();
  }

  private void readLines() {
    try (BufferedReader reader = process.inputReader()) {
      reader.lines().forEach(lines::add);
    } catch (IOException e) {
      System.err.println("hangup-bench: " + name + ": " + e);
    }
    lines.add(GONE);
  }

  /// Waits for a line that begins with these words; lines before it are late news, and dropped.
  /// Returns the words after them; null if it does not come in time.
  @Nullable String await(String words, Duration patience) throws IOException, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    String line = "";
    while (line != null && !(line + " ").startsWith(words + " ")) {
      line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (GONE.equals(line)) {
        throw new IOException(name + " ended");
      }
    }
    return line == null ? null : line.substring(words.length()).strip();
  }

  /// Asks, and waits for the answer, which begins with the question.
  String ask(String question, Duration patience) throws IOException, InterruptedException {
    process.getOutputStream().write((question + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    String answer = await(question, patience);
    if (answer == null) {
      throw new IOException(name + " does not answer: " + question);
    }
    return answer;
  }

  long pid() {
    return process.pid();
  }

  /// The CPU time that it has used, its kernel's work for it included.
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /// Ends its input, which it takes as the end.
  @Override
  public void close() throws IOException {
    try {
      process.getOutputStream().close();
    } finally {
      end();
    }
  }

  private void end() {
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
