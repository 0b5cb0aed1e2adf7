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
  private static final int EACH = 10;

  @TempDir private Path certificate;

  @ParameterizedTest
  @ValueSource(ints = {3, 10})
  void cutLinkIsFoundWithinTheLimitAndTwoSeconds(int limit) throws Exception {
    try (Network network = new Network()) {
      Child epoll = server(network, "EPOLL", limit, certificate);
      Child nio = server(network, "NIO", limit, certificate);
      network.change("delay 5");
      String each = "" + EACH;
      clients(
          network,
          epoll,
          "h1",
          "/silent",
          each,
          "h1",
          "/every/500",
          each,
          "h1",
          "/every/3000",
          each,
          "tls",
          "/silent",
          each,
          "tls",
          "/every/500",
          each,
          "h2",
          "/silent",
          each,
          "h2",
          "/every/500",
          each,
          "h2",
          "/every/3000",
          each);
      clients(network, nio, "h1", "/silent", each, "tls", "/silent", each);
      assertThat(epoll.await("BEGAN", 8 * EACH, 20_000)).hasSize(8 * EACH);
      assertThat(nio.await("BEGAN", 2 * EACH, 20_000)).hasSize(2 * EACH);
      Harness.pause(4_000);
      assertThat(epoll.heard("STOPPED")).isEmpty();
      network.change("cut");
      long since = System.nanoTime();
      long patience = (limit + 8) * 1_000L;
      Findings found =
          new Findings()
              .add(epoll.await("STOPPED", 8 * EACH, patience), since)
              .report("link cut, limit " + limit + " s, epoll");
      Findings foundByNio =
          new Findings()
              .add(nio.await("STOPPED", 2 * EACH, patience), since)
              .report("link cut, limit " + limit + " s, NIO");
      assertThat(found.reasons()).hasSize(8 * EACH).containsOnly("peer_vanished");
      assertThat(foundByNio.reasons()).hasSize(2 * EACH).containsOnly("peer_vanished");
      assertThat(found.longest()).isLessThan(limit + 2);
      assertThat(foundByNio.longest()).isLessThan(limit + 2);
    }
  }

  /// Its kernel goes on answering, and so HTTP/1.1 cannot find it.
  @Test
  void frozenProcessIsFoundOverHttp2() throws Exception {
    CountDownLatch arrived = new CountDownLatch(EACH);
    BlockingQueue<Child.Line> stopped = new LinkedBlockingQueue<>();
    Handler waiting =
        (_, _) -> {
          arrived.countDown();
          try {
            new CountDownLatch(1).await();
          } finally {
            String reason = Cancellation.current().reason().orElseThrow().code();
            stopped.add(new Child.Line(System.nanoTime(), "STOPPED h2/frozen-0 " + reason));
          }
        };
    List<Process> curls = new ArrayList<>();
    try (Harness harness = Harness.start(waiting, o -> o.withLiveness(Duration.ofSeconds(1)))) {
      for (int i = 0; i < EACH; i++) {
        curls.add(curl(harness.server.port()));
      }
      arrived.await();
      Harness.pause(3_000); // pings are answered
      assertThat(stopped).isEmpty();
      long since = System.nanoTime();
      for (Process curl : curls) {
        signal("STOP", curl);
      }
      Harness.await("all are found", () -> stopped.size() == EACH);
      Findings found =
          new Findings()
              .add(List.copyOf(stopped), since)
              .report("process frozen, limit 1 s, epoll");
      assertThat(found.reasons()).containsOnly("peer_vanished");
      assertThat(found.longest()).isLessThan(4 + 2);
    } finally {
      curls.forEach(Process::destroyForcibly);
    }
  }

  private static Process curl(int port) throws IOException {
    String url = "http://127.0.0.1:" + port + "/";
    return new ProcessBuilder(
            Tools.require("curl").toString(), "-qsN", "--http2-prior-knowledge", url)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void signal(String name, Process process) throws Exception {
    String command = "kill -" + name + " " + process.pid();
    assertThat(new ProcessBuilder("sh", "-c", command).start().waitFor()).isZero();
  }

  static Child server(Network network, String transport, int limit, Path certificate)
      throws Exception {
    Child server =
        network.java(
            "server", ServerMachine.class, transport, limit + "000", certificate.toString());
    server.await("READY");
    return server;
  }

  static Child clients(Network network, Child server, String... groups) throws Exception {
    String[] ports = server.await("READY").text().split(" ", 3);
    String[] arguments = new String[groups.length + 2];
    arguments[0] = ports[1];
    arguments[1] = ports[2];
    System.arraycopy(groups, 0, arguments, 2, groups.length);
    return network.java("client", ClientMachine.class, arguments);
  }
}
