package dev.hangup.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real proxy, in the foreground, as a child.
final class ProxyProcess {
  private final Process process;

  private ProxyProcess(Process process) {
    this.process = process;
  }

  /// Starts one and waits until it listens; what it says goes to `proxy.log` in the folder.
  static ProxyProcess start(Path folder, int port, List<String> command) throws Exception {
    Path log = folder.resolve("proxy.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      Poll.until(() -> !process.isAlive() || listens(port), decided -> decided);
      if (!process.isAlive()) {
        throw new AssertionError(command + " has ended: " + Files.readString(log));
      }
      return new ProxyProcess(process);
    } catch (Exception | Error e) {
      process.destroy();
      throw e;
    }
  }

  private static boolean listens(int port) {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// Ports that nobody listens on.
  static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  /// Ends it in good order, so that it ends its own children.
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
