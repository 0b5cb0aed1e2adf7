package dev.hangup.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A server in a process of its own, which speaks as `servers.Listening` and `servers.Work` say.
final class ServerProcess implements AutoCloseable {
  private final String name;
  private final Process process;
  private final Events events = new Events();
  private final Map<String, URI> listening = new ConcurrentHashMap<>();
  private final CountDownLatch readyOrEnded = new CountDownLatch(1);
  private volatile boolean ready;
  private volatile @Nullable String version;

  private ServerProcess(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /// Starts it. Throws IOException for people if it does not start.
  ///
  /// @param folder with the certificate, and for the log
  static ServerProcess start(String name, List<String> command, Path folder, String host)
      throws IOException, InterruptedException {
    Path log = folder.resolve("logs").resolve(name + ".log");
    Process process = Children.start(command, ServerKind.environment(folder, host), log);
    ServerProcess server = new ServerProcess(name, process);
    Thread.ofPlatform().daemon().name("lines of " + name).start(server::read);
    boolean told = false;
    try {
      told = server.readyOrEnded.await(Patience.START.toSeconds(), TimeUnit.SECONDS);
    } finally {
      if (!server.ready) {
        server.close();
      }
    }
    if (!server.ready) {
      throw new IOException(
          name + (told ? " ended before it listened" : " did not start") + ": see " + log);
    }
    return server;
  }

  private void read() {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(line);
      }
    } catch (IOException e) {
      // its end, as of its output
    } finally {
      readyOrEnded.countDown();
    }
  }

  private void take(String line) {
    String[] words = line.split(" ", 3);
    switch (words[0]) {
      case "listening" -> listening.put(words[1], URI.create(words[2]));
      case "version" -> version = line.substring("version ".length());
      case "ready" -> {
        ready = true;
        readyOrEnded.countDown();
      }
      case "began", "step", "wrote", "told", "stopped", "ended" -> events.add(Event.parse(line));
      default -> {} // what libraries say
    }
  }

  String name() {
    return name;
  }

  @Nullable String version() {
    return version;
  }

  Events events() {
    return events;
  }

  /// Where it speaks a protocol. Throws IOException if it does not.
  URI uri(String protocol) throws IOException {
    URI uri = listening.get(protocol);
    if (uri == null) {
      throw new IOException(name + " does not speak " + protocol + " here");
    }
    return uri;
  }

  @Override
  public void close() {
    Children.end(process);
  }
}
