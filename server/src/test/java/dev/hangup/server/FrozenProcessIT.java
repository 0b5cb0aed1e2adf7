package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.Cancellation;
import dev.hangup.testkit.Tools;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/// A process that is stopped, and whose connection is not.
class FrozenProcessIT {
  /// Its kernel goes on answering, and so HTTP/1.1 cannot find it.
  @Test
  void frozenProcessIsFoundOverHttp2() throws Exception {
    int count = 10;
    CountDownLatch arrived = new CountDownLatch(count);
    BlockingQueue<Child.Line> stopped = new LinkedBlockingQueue<>();
    List<Process> curls = new ArrayList<>();
    try (Harness harness =
        Harness.start(waiting(arrived, stopped), o -> o.withLiveness(Duration.ofSeconds(2)))) {
      for (int i = 0; i < count; i++) {
        curls.add(curl(harness.server.port()));
      }
      arrived.await();
      Harness.pause(5_000); // pings are answered
      assertThat(stopped).isEmpty();
      long since = System.nanoTime();
      for (Process curl : curls) {
        freeze(curl);
      }
      Harness.await("all are found", () -> stopped.size() == count); // in how long, it reports
      Findings found = new Findings().add(List.copyOf(stopped), since);
      found.report("process frozen, limit 2 s, epoll");
      assertThat(found.reasons()).containsOnly("peer_vanished");
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
