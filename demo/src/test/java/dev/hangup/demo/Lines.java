package dev.hangup.demo;

import dev.hangup.Deadline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What a process prints, line by line, to be waited for.
final class Lines {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  // Guarded by this
  private final List<String> lines = new ArrayList<>();
  private boolean ended;

  static Lines of(InputStream in) {
    Lines lines = new Lines();
    Thread.ofVirtual().name("lines").start(() -> lines.read(in));
    return lines;
  }

  private void read(InputStream in) {
    try (var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      reader.lines().forEach(this::add);
    } catch (UncheckedIOException | IOException e) {
      add("(cannot be read: " + e.getMessage() + ")");
    } finally {
      end();
    }
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  /// Waits for the first line that fits, be it printed before or after the call.
  synchronized String await(Predicate<String> fits) throws InterruptedException {
    Deadline deadline = Deadline.after(PATIENCE);
    while (true) {
      for (String line : lines) {
        if (fits.test(line)) {
          return line;
        }
      }
      if (ended || deadline.isExpired()) {
        throw new AssertionError("no such line; " + (ended ? "the end" : "so far") + ": " + lines);
      }
      wait(Math.max(1, deadline.remaining().toMillis()));
    }
  }

  String await(String line) throws InterruptedException {
    return await(line::equals);
  }

  String awaitPrefix(String prefix) throws InterruptedException {
    return await(line -> line.startsWith(prefix));
  }

  /// All that it has printed, once it has ended.
  synchronized List<String> all() throws InterruptedException {
    while (!ended) {
      wait();
    }
    return soFar();
  }

  synchronized List<String> soFar() {
    return List.copyOf(lines);
  }
}
