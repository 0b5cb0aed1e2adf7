package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A cut link: no FIN comes, no RST, and no answer.
class VanishedClientIT {
  @TempDir private Path certificate;

  @ParameterizedTest
  @ValueSource(ints = {3, 10})
  void cutLinkIsFoundInTime(int limit) throws Exception {
    try (Network network = new Network()) {
      network.change("delay 5");
      Child epoll = network.server(ServerOptions.Transport.EPOLL, limit, certificate);
      network.clients(
          epoll,
          "10 h1 /silent",
          "10 h1 /every/500",
          "10 h1 /every/3000",
          "10 tls /silent",
          "10 tls /every/500",
          "10 h2 /silent",
          "10 h2 /every/500",
          "10 h2 /every/3000");
      Child nio = network.server(ServerOptions.Transport.NIO, limit, certificate);
      network.clients(nio, "10 h1 /silent", "10 tls /silent");
      Harness.pause(4_000); // they are probed, and answer
      assertThat(epoll.heard("STOPPED")).isEmpty();
      assertThat(nio.heard("STOPPED")).isEmpty();
      network.change("cut");
      long since = System.nanoTime();
      assertFound("link cut, limit " + limit + " s, epoll", epoll, 80, since, limit);
      assertFound("link cut, limit " + limit + " s, NIO", nio, 20, since, limit);
    }
  }

  @Test
  void connectionThatTcpGivesUpHasVanished() throws Exception {
    try (Network network = new Network()) {
      Child server = network.server(ServerOptions.Transport.EPOLL, 0, certificate);
      network.clients(server, "5 h1 /every/3000", "5 tls /every/3000", "5 h2 /every/3000");
      network.change("cut");
      assertFound("link cut, liveness off, 3 retransmissions", server, 15, System.nanoTime(), 18);
    }
  }

  /// It says nothing more on the wire: its FIN was sent before. Its kernel forgets the connection
  /// some time later, and then answers a keep-alive probe by a reset.
  @Test
  void clientThatHalfClosesAndLeavesMuchLaterIsFound() throws Exception {
    try (Network network = new Network()) {
      network.clientForgetsAfter(2);
      Child server = network.server(ServerOptions.Transport.EPOLL, 3, certificate);
      network.clients(server, "5 half /silent");
      Harness.pause(1_000L * (ClientMachine.LEAVES_AFTER - 3));
      assertThat(server.heard("STOPPED")).isEmpty();
      List<Child.Line> stopped = server.await("STOPPED", 5, 60_000);
      assertThat(new Findings().add(stopped, System.nanoTime()).reasons())
          .containsOnly("client_closed");
    }
  }

  /// Within the limit and two seconds, where the machine has nothing else to do: it reports.
  private static void assertFound(String title, Child server, int count, long since, int limit)
      throws Exception {
    List<Child.Line> stopped = server.await("STOPPED", count, (limit + 20) * 1_000L);
    Findings found = new Findings().add(stopped, since).report(title);
    assertThat(found.reasons()).hasSize(count).containsOnly("peer_vanished");
    assertThat(found.longest()).isLessThan(limit + 15);
  }
}
