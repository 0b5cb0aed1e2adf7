package dev.hangup.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A process of a test's own: told by lines, and telling by lines. Its standard error is ours.
public final class Child implements AutoCloseable {
  private final Process process;
  private final Writer in;
  private final List<Line> lines = new ArrayList<>(); // guarded by this
  private boolean ended; // guarded by this

  /// What it has said.
  ///
  /// @param at when it came, as [System#nanoTime()]
  public record Line(long at, String text) {}

  Child(ProcessBuilder builder) throws IOException {
    process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    in = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().start(this::read);
  }

  private void read() {
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    try (out) {
      out.lines().forEach(text -> add(new Line(System.nanoTime(), text)));
    } catch (UncheckedIOException | IOException e) {
      add(new Line(System.nanoTime(), "(cannot be read: " + e.getMessage() + ")"));
    }
    synchronized (this) {
      ended = true;
      notifyAll();
    }
  }

  private synchronized void add(Line line) {
    lines.add(line);
    notifyAll();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  Child say(String line) throws IOException {
    in.write(line + "\n");
    in.flush();
    return this;
  }

  /// The lines so far that begin so.
  public synchronized List<Line> heard(String prefix) {
    return lines.stream().filter(line -> line.text.startsWith(prefix)).toList();
  }

  public Line await(String prefix) throws InterruptedException {
    return await(prefix, 1, 120_000).stream()
        .findFirst()
        .orElseThrow(() -> new AssertionError("no line " + prefix + ": " + heard("")));
  }

  /// Waits until there are so many lines that begin so; returns those that there are, then or when
  /// the time is over.
  public synchronized List<Line> await(String prefix, int count, long millis)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = millis; left > 0 && !ended && heard(prefix).size() < count; ) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
    return heard(prefix);
  }

  @Override
  public void close() {
    var _ = process.destroyForcibly().onExit().join();
  }
}
