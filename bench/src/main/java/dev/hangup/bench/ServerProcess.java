package dev.hangup.bench;

import dev.hangup.server.HalfClose;
import dev.hangup.testkit.Protocol;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A server that is measured, in a process of its own, which speaks as [DetectServer] or
/// [SoakServer] says. For one thread.
final class ServerProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final String GONE = "gone";

  private final String name;
  private final Set<Protocol> protocols;
  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final InetSocketAddress plain;
  private final InetSocketAddress tls;
  private int lastId;

  private ServerProcess(String name, Set<Protocol> protocols, ProcessBuilder command)
      throws IOException, InterruptedException {
    this.name = name;
    this.protocols = protocols;
    this.process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Thread.ofPlatform().daemon().name("lines of " + name).start(this::readLines);
    String ports = await("ports", START);
    if (ports == null) {
      process.destroyForcibly();
      throw new IOException(name + " does not start");
    }
    int space = ports.indexOf(' ');
    this.plain = loopback(ports.substring(0, space));
    this.tls = loopback(ports.substring(space + 1));
  }

  /// Hangup, in this program's own Java.
  static ServerProcess hangup(HalfClose halfClose, PemFiles files)
      throws IOException, InterruptedException {
    boolean usual = halfClose == HalfClose.PROBE;
    return new ServerProcess(
        usual ? "Hangup" : "Hangup, `HalfClose." + halfClose + "`",
        usual ? EnumSet.allOf(Protocol.class) : EnumSet.of(Protocol.HTTP1),
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "detect-server",
            halfClose.name(),
            files.certificate().toString(),
            files.key().toString()));
  }

  /// Hangup for `soak`, with little memory.
  static ServerProcess soak(PemFiles files) throws IOException, InterruptedException {
    return new ServerProcess(
        "Hangup",
        EnumSet.allOf(Protocol.class),
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "soak-server",
            files.certificate().toString(),
            files.key().toString()));
  }

  /// Go's net/http, built in the folder. Without a module of others it has no HTTP/2 but over TLS.
  static ServerProcess go(Path folder, PemFiles files) throws IOException, InterruptedException {
    Path source = folder.resolve("main.go");
    try (InputStream in = Main.class.getResourceAsStream("/go/main.go")) {
      Files.copy(Objects.requireNonNull(in), source, StandardCopyOption.REPLACE_EXISTING);
    }
    Path program = folder.resolve("go-server");
    ProcessBuilder build =
        new ProcessBuilder("go", "build", "-o", program.toString(), source.toString()).inheritIO();
    build.environment().put("GO111MODULE", "off");
    build.environment().put("GOFLAGS", "");
    build.environment().put("GOCACHE", folder.resolve("go-cache").toString());
    if (build.start().waitFor() != 0) {
      throw new IOException("go build failed");
    }
    return new ServerProcess(
        "Go's net/http",
        EnumSet.complementOf(EnumSet.of(Protocol.HTTP2)),
        new ProcessBuilder(
            program.toString(), files.certificate().toString(), files.key().toString()));
  }

  private static InetSocketAddress loopback(String port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
  }

  String name() {
    return name;
  }

  boolean speaks(Protocol protocol) {
    return protocols.contains(protocol);
  }

  InetSocketAddress address(Protocol protocol) {
    return protocol.isTls() ? tls : plain;
  }

  /// A request's number, never used before.
  String nextId() {
    lastId++;
    return Integer.toString(lastId);
  }

  /// A line of its input.
  void say(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
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

  /// Ends its input, which it takes as the end.
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
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
