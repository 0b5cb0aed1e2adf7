package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients that live, behind a network that is slow and loses much: they are not to be hung up.
class SlowNetworkIT {
  private static final long WATCHED_MILLIS = 1_000L * Integer.getInteger("hangup.seconds", 40);

  @TempDir private Path certificate;

  /// All at the same time; `-Dhangup.seconds=120` watches them for as long as docs/liveness.md
  /// tells.
  @Test
  @Timeout(value = 240, unit = TimeUnit.SECONDS)
  void livingClientsAreLeftAlone() throws Exception {
    String[] waiting = {"30 h1 /silent", "30 h2 /silent"};
    String[] streams = {"30 h1 /every/1000", "30 h2 /every/1000"};
    try (Network lossyNetwork = new Network();
        Network lateNetwork = new Network();
        Network streamNetwork = new Network();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Child> lossy = threads.submit(() -> begin(lossyNetwork, 400, 20, waiting));
      Future<Child> streaming = threads.submit(() -> begin(streamNetwork, 400, 20, streams));
      Child late = begin(lateNetwork, 800, 0, waiting);
      Child closed = begin(lateNetwork, 800, 0, "5 deaf /flood");
      lossy.get();
      streaming.get();
      Harness.pause(WATCHED_MILLIS);
      assertThat(hungUp("60 waiting, RTT 0.8 s, 20 % lost each way", lossy.get()))
          .isLessThanOrEqualTo(1);
      assertThat(hungUp("60 waiting, RTT 1.6 s", late)).isZero();
      assertThat(hungUp("5 reading nothing, RTT 1.6 s", closed)).isZero();
      assertThat(
              hungUp("60 with an event a second, RTT 0.8 s, 20 % lost each way", streaming.get()))
          .isLessThanOrEqualTo(12);
    }
  }

  private Child begin(Network network, int delay, int loss, String... groups) throws Exception {
    network.change("delay " + delay);
    Child server = network.server(ServerOptions.Transport.EPOLL, 10, certificate);
    network.clients(server, groups);
    network.change("loss " + loss);
    return server;
  }

  private static int hungUp(String title, Child server) throws IOException {
    int count = server.heard("STOPPED").size();
    assertThat(server.isAlive()).isTrue();
    Findings.write(
        "living for " + WATCHED_MILLIS / 1_000 + " s, " + title + ": " + count + " hung up");
    return count;
  }
}
