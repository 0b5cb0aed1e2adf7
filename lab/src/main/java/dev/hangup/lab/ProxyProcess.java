package dev.hangup.lab;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// A proxy before a server, in a process of its own.
final class ProxyProcess implements AutoCloseable {
  private static final int ATTEMPTS = 200;

  private final Process process;
  private final ProxyKind kind;
  private final int port;
  private final int tlsPort;

  private ProxyProcess(Process process, ProxyKind kind, int port, int tlsPort) {
    this.process = process;
    this.kind = kind;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  /// Starts it, by its configuration among our resources. Throws IOException for people if it does
  /// not start.
  static ProxyProcess start(String nameAndSetting, ProxyKind kind, URI backend, Path folder)
      throws IOException, InterruptedException {
    Program.require(kind.program);
    int port = freePort();
    int tlsPort = freePort();
    Path own = Files.createDirectories(folder.resolve("proxies").resolve(nameAndSetting));
    Path tls = ServerKind.tls(folder);
    Map<String, Object> values =
        Map.of(
            "port", port,
            "tlsPort", tlsPort,
            "tls", tls.toAbsolutePath(),
            "folder", own.toAbsolutePath(),
            "modules", "/usr/lib/apache2/modules",
            "backend", backend.getAuthority(),
            "backendHost", backend.getHost(),
            "backendPort", backend.getPort());
    String resource = "/proxies/" + nameAndSetting + ".conf";
    Path file = own.resolve(nameAndSetting + ".conf").toAbsolutePath();
    Files.writeString(file, filled(resource, values));
    Path log = folder.resolve("logs").resolve(nameAndSetting + ".log");
    Map<String, String> homes =
        Map.of("XDG_DATA_HOME", own.toString(), "XDG_CONFIG_HOME", own.toString());
    Process process =
        Children.start(Children.minded(kind.command(own.toAbsolutePath(), file, port)), homes, log);
    ProxyProcess proxy = new ProxyProcess(process, kind, port, tlsPort);
    proxy.awaitStart(nameAndSetting, log);
    return proxy;
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static String filled(String resource, Map<String, Object> values) throws IOException {
    String text;
    try (InputStream in = ProxyProcess.class.getResourceAsStream(resource)) {
      text =
          new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
    }
    for (Map.Entry<String, Object> value : values.entrySet()) {
      text = text.replace("${" + value.getKey() + "}", value.getValue().toString());
    }
    return text;
  }

  private void awaitStart(String name, Path log) throws IOException, InterruptedException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    }
    close();
    throw new IOException(name + " did not start: see " + log);
  }

  /// Where a client finds it, by a protocol.
  URI uri(String protocol) throws IOException {
    if (protocol.equals("h1")) {
      return URI.create("http://127.0.0.1:" + port);
    }
    if (protocol.equals("h2") && kind.tls) {
      return URI.create("https://127.0.0.1:" + tlsPort);
    }
    throw new IOException(kind.program + " does not speak " + protocol + " here");
  }

  @Override
  public void close() {
    Children.end(process);
  }
}
