package dev.hangup.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// A peer that `compare` measures, in a process of its own, which speaks as [PeerServer] says. For
/// one thread.
final class PeerProcess implements AutoCloseable {
  static final String MAX_HEAP = "-Xmx512m";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Peer peer;
  private final ChildProcess process;
  private final int port;

  /// Starts it; Go's is built in the folder.
  PeerProcess(Peer peer, Path folder) throws IOException, InterruptedException {
    this.peer = peer;
    this.process =
        new ChildProcess(
            peer.title,
            peer == Peer.GO
                ? List.of(Go.build("hello", folder).toString())
                : ChildProcess.java(List.of(MAX_HEAP), "compare-server", peer.name()));
    String said = process.await("port", PATIENCE);
    if (said == null) {
      process.close();
      throw new IOException(peer.title + " does not start");
    }
    this.port = Integer.parseInt(said);
  }

  Peer peer() {
    return peer;
  }

  int port() {
    return port;
  }

  /// The CPU time that it has used.
  Duration cpu() {
    return process.cpu();
  }

  /// What a full collection leaves on its heap, in bytes.
  long heap() throws IOException, InterruptedException {
    return Long.parseLong(process.ask("heap", PATIENCE));
  }

  /// Its resident memory, in bytes.
  long resident() throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElseThrow(() -> new IOException(status + " does not tell VmRSS"));
    }
  }

  /// How many handlers wait.
  int waiting() throws IOException, InterruptedException {
    return (int) waitingAndStopped()[0];
  }

  /// When the last handler stopped to wait, as System.nanoTime tells.
  long lastStopped() throws IOException, InterruptedException {
    return waitingAndStopped()[1];
  }

  private long[] waitingAndStopped() throws IOException, InterruptedException {
    return Stream.of(process.ask("waiting", PATIENCE).split(" "))
        .mapToLong(Long::parseLong)
        .toArray();
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}
