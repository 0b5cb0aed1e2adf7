package dev.hangup.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Containers behind nginx, whose connections outlive its clients, and which tells them who the
/// client is.
class NginxIT {
  private static final int CLIENTS = 50;

  private final Semaphore arrived = new Semaphore(0);
  private final Semaphore interrupted = new Semaphore(0);

  private void block() throws InterruptedException {
    arrived.release();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      interrupted.release();
      throw e;
    }
  }

  @ParameterizedTest
  @EnumSource
  void clientOfNginxThatLeavesIsHeard(Engine engine, @TempDir Path folder) throws Exception {
    Served.Handling handling =
        (request, response) -> {
          if (request.getRequestURI().equals("/wait")) {
            block();
          }
          response.setContentLength(4);
          response.getWriter().print("good");
        };
    HangUpStops stops = new HangUpStops();
    Setup setup = Setup.PLAIN.withForwarded();
    try (Served served = Served.start(engine, setup, stops::heard, handling);
        Nginx nginx = Nginx.start(folder, served.address())) {
      for (int client = 0; client < CLIENTS; client++) {
        try (RawClient stays = RawClient.connect(nginx.address()).request("GET", "/good")) {
          assertThat(stays.readResponse()).endsWith("good");
        }
        RawClient leaves = RawClient.connect(nginx.address()).request("GET", "/wait");
        arrived.acquire();
        leaves.leave(client % 2 == 0 ? new Leaving.Close() : new Leaving.Reset());
        interrupted.acquire();
      }
      stops.awaitCount(CLIENTS);
      assertThat(stops.all()).hasSize(CLIENTS).allMatch(stop -> stop.startsWith("GET /wait "));
    }
  }
}
