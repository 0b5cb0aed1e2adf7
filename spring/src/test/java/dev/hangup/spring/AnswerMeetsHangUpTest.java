package dev.hangup.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

/// An asynchronous answer and a hang-up at the same moment: Spring completes the request under a
/// lock that the hang-up's action takes too. Tomcat has few threads here: one that waited for ever
/// would be missed.
class AnswerMeetsHangUpTest {
  private static final BlockingQueue<DeferredResult<String>> RESULTS = new LinkedBlockingQueue<>();
  private static final int ROUNDS = Integer.getInteger("hangup.rounds", 500);

  @RestController
  static class Controller {
    @GetMapping("/deferred")
    DeferredResult<String> deferred() {
      DeferredResult<String> result = new DeferredResult<>(60_000L);
      RESULTS.add(result);
      return result;
    }

    @GetMapping("/ping")
    String ping() {
      return "!";
    }
  }

  @Test
  void nobodyWaitsForEver() throws Exception {
    try (Application application =
        Application.start(
            Application.Engine.TOMCAT,
            List.of(Controller.class),
            "hangup.patience=0",
            "server.tomcat.threads.max=2",
            "logging.level.root=warn")) {
      for (int round = 0; round < ROUNDS; round++) {
        RawClient client = RawClient.connect(application.address()).request("GET", "/deferred");
        DeferredResult<String> result = RESULTS.poll(30, TimeUnit.SECONDS);
        assertThat(result).as("round " + round).isNotNull();
        client.leave(new Leaving.Reset());
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(500_000));
        result.setResult("!");
      }
      try (RawClient client = RawClient.connect(application.address())) {
        assertThat(client.request("GET", "/ping").readHead()).startsWith("HTTP/1.1 200 ");
      }
    }
  }
}
