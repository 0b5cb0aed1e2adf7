package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients that live, behind a network that is slow and loses much: they are not to be hung up.
class SlowNetworkIT {
  private static final long WATCHED_MILLIS = 120_000;

  @TempDir private Path certificate;

  /// All at the same time, for two minutes.
  @Test
  @Timeout(value = 240, unit = TimeUnit.SECONDS)
  void livingClientsAreLeftAlone() throws Exception {
    String[] waiting = {"h1", "/silent", "30", "h2", "/silent", "30"};
    String[] late = {"h1", "/silent", "30", "h2", "/silent", "30", "deaf", "/flood", "5"};
    String[] streams = {"h1", "/every/1000", "30", "h2", "/every/1000", "30"};
    try (Network lossyNetwork = new Network();
        Network lateNetwork = new Network();
        Network streamNetwork = new Network()) {
      Child lossy = begin(lossyNetwork, 400, 20, waiting);
      Child slow = begin(lateNetwork, 800, 0, late);
      Child streaming = begin(streamNetwork, 400, 20, streams);
      Harness.pause(WATCHED_MILLIS);
      List<Child.Line> lossyGone = lossy.heard("STOPPED");
      List<Child.Line> slowGone = slow.heard("STOPPED");
      List<Child.Line> streamingGone = streaming.heard("STOPPED");
      report("waiting, RTT 0.8 s, 20 % lost each way", lossyGone);
      report("waiting, RTT 1.6 s", slowGone);
      report("an event a second, RTT 0.8 s, 20 % lost each way", streamingGone);
      assertThat(lossyGone).hasSizeLessThanOrEqualTo(1);
      assertThat(slowGone).isEmpty();
      assertThat(streamingGone).hasSizeLessThan(20);
    }
  }

  private Child begin(Network network, int delay, int loss, String... groups) throws Exception {
    network.change("delay " + delay);
    Child server = VanishedClientIT.server(network, "EPOLL", 10, certificate);
    VanishedClientIT.clients(network, server, groups);
    int count = 0;
    for (int i = 2; i < groups.length; i += 3) {
      count += Integer.parseInt(groups[i]);
    }
    assertThat(server.await("BEGAN", count, 30_000)).hasSize(count);
    network.change("loss " + loss);
    return server;
  }

  private static void report(String title, List<Child.Line> gone) throws Exception {
    new Findings()
        .add(gone, System.nanoTime())
        .write("living, two minutes, " + title + ": " + gone.size() + " hung up of 60");
  }
}
