package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.Cancellation;
import dev.hangup.testkit.Tools;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A cut link: no FIN comes, no RST, and no answer.
class VanishedClientIT {
  @TempDir private Path certificate;

  @ParameterizedTest
  @ValueSource(ints = {3, 10})
  void cutLinkIsFoundWithinTheLimitAndTwoSeconds(int limit) throws Exception {
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
      List<Child.Line> stopped = server.await("STOPPED", 5, 20_000);
      assertThat(new Findings().add(stopped, System.nanoTime()).reasons())
          .containsOnly("client_closed");
    }
  }

  private static void assertFound(String title, Child server, int count, long since, int limit)
      throws Exception {
    List<Child.Line> stopped = server.await("STOPPED", count, (limit + 8) * 1_000L);
    Findings found = new Findings().add(stopped, since).report(title);
    assertThat(found.reasons()).hasSize(count).containsOnly("peer_vanished");
    assertThat(found.longest()).isLessThan(limit + 2);
  }

  /// Its kernel goes on answering, and so HTTP/1.1 cannot find it.
  @Test
  void frozenProcessIsFoundOverHttp2() throws Exception {
    int count = 10;
    CountDownLatch arrived = new CountDownLatch(count);
    BlockingQueue<Child.Line> stopped = new LinkedBlockingQueue<>();
    List<Process> curls = new ArrayList<>();
    try (Harness harness =
        Harness.start(waiting(arrived, stopped), o -> o.withLiveness(Duration.ofSeconds(1)))) {
      for (int i = 0; i < count; i++) {
        curls.add(curl(harness.server.port()));
      }
      arrived.await();
      Harness.pause(3_000); // pings are answered
      assertThat(stopped).isEmpty();
      long since = System.nanoTime();
      for (Process curl : curls) {
        freeze(curl);
      }
      Harness.await("all are found", () -> stopped.size() == count);
      Findings found = new Findings().add(List.copyOf(stopped), since);
      found.report("process frozen, limit 1 s, epoll");
      assertThat(found.reasons()).containsOnly("peer_vanished");
      assertThat(found.longest()).isLessThan(4 + 2);
    } finally {
      curls.forEach(Process::destroyForcibly);
    }
  }

  private static Handler waiting(CountDownLatch arrived, BlockingQueue<Child.Line> stopped) {
    return (_, _) -> {
      arrived.countDown();
      try {
        new CountDownLatch(1).await();
      } finally {
        String reason = Cancellation.current().reason().orElseThrow().code();
        stopped.add(new Child.Line(System.nanoTime(), "STOPPED h2/frozen-0 " + reason));
      }
    };
  }

  private static Process curl(int port) throws IOException {
    String url = "http://127.0.0.1:" + port + "/";
    return new ProcessBuilder(
            Tools.require("curl").toString(), "-qsN", "--http2-prior-knowledge", url)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void freeze(Process process) throws Exception {
    String command = "kill -STOP " + process.pid();
    assertThat(new ProcessBuilder("sh", "-c", command).start().waitFor()).isZero();
  }
}
