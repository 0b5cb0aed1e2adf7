package dev.hangup.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// What goes over the loopback device while an experiment is made, kept by tcpdump.
final class Capture implements AutoCloseable {
  private static final int KEPT_BYTES = 2_000; // of each packet
  private static final long SECONDS = 5;

  private final Process tcpdump;

  private Capture(Process tcpdump) {
    this.tcpdump = tcpdump;
  }

  /// Begins, and returns once it does. Throws IOException, with a message for people, where it
  /// cannot, as without root.
  static Capture start(Path file, Collection<Integer> ports) throws IOException {
    String filter = ports.stream().map(port -> "port " + port).collect(Collectors.joining(" or "));
    List<String> command =
        List.of(
            "tcpdump",
            "-i",
            "lo",
            "-n",
            "-U",
            "--immediate-mode",
            "-Z",
            "root",
            "-s",
            "" + KEPT_BYTES,
            "-w",
            file.toString(),
            filter);
    Process tcpdump = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader output = tcpdump.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.contains("listening on")) {
        drain(output);
        return new Capture(tcpdump);
      }
      said.append(line).append(' ');
    }
    tcpdump.destroy();
    throw new IOException("tcpdump: " + said.toString().strip());
  }

  /// What it says at its end must not stop it.
  private static void drain(BufferedReader output) {
    Thread.ofVirtual()
        .name("tcpdump")
        .start(() -> {
          try {
            while (output.readLine() != null) {
              // how many packets
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /// Ends it, when it has written what it has seen.
  @Override
  public void close() {
    tcpdump.toHandle().destroy(); // the process's own would close what is read from
    try {
      if (!tcpdump.waitFor(SECONDS, TimeUnit.SECONDS)) {
        tcpdump.destroyForcibly();
      }
    } catch (InterruptedException e) {
      tcpdump.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
