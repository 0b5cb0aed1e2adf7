package dev.hangup.demo.spring;

import dev.hangup.testkit.Tools;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// The packaged demo, as a process of its own on a free port.
final class DemoProcess {
  private static final String STARTED = "Tomcat started on port ";

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Process process;
  private final Lines out;
  private final int port;

  private DemoProcess(Process process) throws InterruptedException {
    this.process = process;
    this.out = Lines.of(process.getInputStream());
    String line = out.await(printed -> printed.contains(STARTED));
    this.port =
        Integer.parseInt(line.substring(line.indexOf(STARTED) + STARTED.length()).split(" ", 2)[0]);
    await("Started SpringDemo");
  }

  static DemoProcess start(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("-jar", jar(), "--port", "0"));
    all.addAll(List.of(arguments));
    return of(java(all.toArray(String[]::new)));
  }

  static DemoProcess of(Process process) throws InterruptedException {
    try {
      return new DemoProcess(process);
    } catch (InterruptedException | RuntimeException | Error e) {
      process.destroyForcibly();
      throw e;
    }
  }

  static Process java(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  static String jar() {
    return Objects.requireNonNull(System.getProperty("hangup.demo.spring.jar"));
  }

  String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  int port() {
    return port;
  }

  /// What it answers.
  String get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url(path))).timeout(Duration.ofSeconds(60)).build();
    return CLIENT.send(request, BodyHandlers.ofString()).body();
  }

  /// A real curl, to be killed.
  Process curl(String path, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Tools.require("curl").toString());
    command.addAll(List.of("-q", "-sS", "-N", "--noproxy", "*", url(path)));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  String await(String part) throws InterruptedException {
    return out.await(line -> line.contains(part));
  }

  /// When the demo logged that.
  Instant timeOf(String part) throws InterruptedException {
    return Instant.parse(await(part).split(" ", 2)[0]);
  }

  /// Ends it.
  ///
  /// @return all that it printed
  List<String> stop() throws InterruptedException {
    process.toHandle().destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return out.soFar();
  }
}
