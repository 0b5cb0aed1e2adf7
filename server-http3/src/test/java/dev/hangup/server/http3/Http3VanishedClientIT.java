package dev.hangup.server.http3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.server.Child;
import dev.hangup.server.Findings;
import dev.hangup.server.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A cut link, between two machines: no CONNECTION_CLOSE comes, no ICMP, and no answer.
class Http3VanishedClientIT {
  private static final int LIMIT = 2; // seconds

  @TempDir private Path certificate;

  @Test
  void cutLinkIsFoundInTime() throws Exception {
    try (Network network = new Network()) {
      network.change("delay 5");
      Child server =
          network.java(
              "server",
              Http3ServerMachine.class,
              "EPOLL",
              String.valueOf(Duration.ofSeconds(LIMIT).toMillis()),
              certificate.toString());
      server.await("READY");
      String[] paths = {"/silent", "/silent", "/silent", "/every/500", "/every/500", "/every/500"};
      network.java("client", Http3ClientMachine.class, paths);
      assertThat(server.await("BEGAN", paths.length, 120_000)).hasSize(paths.length);
      LockSupport.parkNanos(Duration.ofSeconds(LIMIT + 1).toNanos()); // they are asked, and answer
      assertThat(server.heard("STOPPED")).isEmpty();

      network.change("cut");
      long since = System.nanoTime();
      Findings found = new Findings().add(server.await("STOPPED", paths.length, 60_000), since);
      found.report("link cut, limit " + LIMIT + " s, HTTP/3");
      assertThat(found.reasons()).hasSize(paths.length).containsOnly("peer_vanished");
      assertThat(found.longest()).isLessThan(LIMIT + 15); // + 2 where the machine is quiet
    }
  }
}
