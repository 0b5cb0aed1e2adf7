package dev.hangup.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// The packaged demo, as a process of its own on a free port, with a trace.
final class DemoProcess {
  private static final String GREETING = "Hangup demo on ";

  private final Process process;
  private final Path trace;
  private final Lines out;
  private final Lines err;
  private final String home;

  private DemoProcess(Process process, Path trace) throws InterruptedException {
    this.process = process;
    this.trace = trace;
    this.out = Lines.of(process.getInputStream());
    this.err = Lines.of(process.getErrorStream());
    this.home = out.awaitPrefix(GREETING).substring(GREETING.length());
  }

  static DemoProcess start(Path folder) throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path jar =
        Path.of(Objects.requireNonNull(System.getProperty("hangup.demo.jar"), "hangup.demo.jar"));
    Path trace = folder.resolve("trace.jsonl");
    Process process =
        new ProcessBuilder(
                java.toString(), "-jar", jar.toString(), "--port", "0", "--trace", trace.toString())
            .start();
    try {
      return new DemoProcess(process, trace);
    } catch (InterruptedException | RuntimeException | Error e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /// An address of the demo.
  String url(String pathAndQuery) {
    return home + pathAndQuery;
  }

  /// The events, and so what people are told.
  Lines out() {
    return out;
  }

  /// The access log.
  Lines err() {
    return err;
  }

  List<TracedEvent> trace() throws IOException {
    String text = Files.readString(trace);
    String whole =
        text.substring(0, text.lastIndexOf('\n') + 1); // the last line may be half written
    return whole.lines().map(TracedEvent::parse).toList();
  }

  /// Waits until a request has told so much.
  TracedEvent awaitTraced(String id, String event) throws Exception {
    return Poll.until(
            () ->
                trace().stream()
                    .filter(e -> e.id().equals(id) && e.event().equals(event))
                    .findFirst(),
            found -> found.isPresent())
        .orElseThrow();
  }

  /// Ends it as ^C does.
  int terminate() throws InterruptedException {
    process.toHandle().destroy(); // Process.destroy() would close its output too
    return process.waitFor();
  }

  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
