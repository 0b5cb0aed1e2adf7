package dev.hangup.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The packaged demo, as a process of its own on free ports, with a trace.
final class DemoProcess {
  private static final String GREETING = "Hangup demo on ";
  private static final String SECURE_GREETING = "and on ";
  private static final Pattern HTTP3 = Pattern.compile("HTTP/3 on UDP port (\\d+)");

  private final Process process;
  private final Path trace;
  private final Lines out;
  private final Lines err;
  private final String home;
  private final String secureHome;

  private DemoProcess(Process process, Path trace) throws InterruptedException {
    this.process = process;
    this.trace = trace;
    this.out = Lines.of(process.getInputStream());
    this.err = Lines.of(process.getErrorStream());
    this.home = out.awaitPrefix(GREETING).substring(GREETING.length());
    out.awaitPrefix("Then hang up");
    this.secureHome =
        out.soFar().stream()
            .filter(line -> line.startsWith(SECURE_GREETING))
            .map(line -> line.substring(SECURE_GREETING.length()).split(" ", 2)[0])
            .findFirst()
            .orElse("(no TLS)");
  }

  static DemoProcess start(Path folder) throws IOException, InterruptedException {
    return start(folder, List.of("--no-tls"));
  }

  static DemoProcess startWithTls(Path folder) throws IOException, InterruptedException {
    return start(folder, List.of("--tls-port", "0"));
  }

  static DemoProcess start(Path folder, List<String> more)
      throws IOException, InterruptedException {
    Path trace = folder.resolve("trace.jsonl");
    List<String> arguments = new ArrayList<>(List.of("--port", "0", "--trace", trace.toString()));
    arguments.addAll(more);
    Process process = command(cache(), arguments.toArray(String[]::new)).start();
    try {
      return new DemoProcess(process, trace);
    } catch (InterruptedException | RuntimeException | Error e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /// How the packaged demo is started.
  static ProcessBuilder command(Path cache, String... arguments) {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command = new ArrayList<>(List.of(java.toString(), "-jar", jar().toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("XDG_CACHE_HOME", cache.toString());
    return builder;
  }

  /// Where the demos of the tests keep their certificate.
  static Path cache() {
    return jar().resolveSibling("cache");
  }

  private static Path jar() {
    return Path.of(Objects.requireNonNull(System.getProperty("hangup.demo.jar"), "hangup.demo.jar"))
        .toAbsolutePath();
  }

  /// An address of the demo, with TLS.
  String secureUrl(String pathAndQuery) {
    return secureHome + pathAndQuery;
  }

  /// The port of UDP that it speaks HTTP/3 on.
  int http3Port() {
    return out.soFar().stream()
        .map(HTTP3::matcher)
        .filter(Matcher::find)
        .map(found -> Integer.parseInt(found.group(1)))
        .findFirst()
        .orElseThrow();
  }

  /// An address of the demo.
  String url(String pathAndQuery) {
    return home + pathAndQuery;
  }

  /// Where it listens without TLS.
  int port() {
    return URI.create(home).getPort();
  }

  /// The events, and so what people are told.
  Lines out() {
    return out;
  }

  /// The access log.
  Lines err() {
    return err;
  }

  /// Waits until the access log says so; all are regular expressions.
  void awaitAccess(String request, String protocol, String answer, String reason)
      throws InterruptedException {
    String line = ".* \"" + request + " " + protocol + "\" " + answer + " \\d+\\.\\d{3} " + reason;
    err.await(printed -> printed.matches(line));
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

  /// Waits until a request has worked for so many more steps, untold of any cancel.
  void awaitGoesOn(String id, long steps) throws Exception {
    long before = steps(id);
    Poll.until(() -> steps(id), now -> now >= before + steps);
    assertThat(trace()).noneMatch(e -> e.id().equals(id) && e.event().equals("told"));
  }

  private long steps(String id) throws IOException {
    return trace().stream().filter(e -> e.id().equals(id) && e.event().equals("working")).count();
  }

  /// How many processes it has started, directly or not, that run.
  long descendants() {
    return process.descendants().filter(child -> child.info().command().isPresent()).count();
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
