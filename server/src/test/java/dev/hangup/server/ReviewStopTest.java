package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.Cancellation;
import dev.hangup.testkit.RawClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a review found to be otherwise: ends of connections and of the server.
@Timeout(60)
class ReviewStopTest {
  private final Semaphore arrived = new Semaphore(0);
  private final Semaphore free = new Semaphore(0);

  /// As `nc -N` does.
  @Test
  void clientThatHalfClosesAtOnceIsAnsweredInEveryRace() throws Exception {
    int unanswered = 0;
    int rounds = 2_000;
    java.util.Map<String, Integer> kinds = new java.util.TreeMap<>();
    try (Harness harness = Harness.start((_, response) -> response.text("done"))) {
      for (int i = 0; i < rounds; i++) {
        try (RawClient client = harness.connect().send(Harness.get("/"))) {
          Harness.spin(i % 200 * 1_000L);
          client.halfClose();
          String answer = client.readAll();
          if (!answer.endsWith("done")) {
            unanswered++;
            kinds.merge(answer + "|" + harness.nextEntry().status(), 1, Integer::sum);
          } else {
            kinds.merge("ok|" + harness.nextEntry().status(), 1, Integer::sum);
          }
        }
      }
    }
    assertThat(unanswered).as("of %s clients: %s", rounds, kinds).isZero();
  }

  @Test
  void stopAnswersThoseThatWaitThoughNoPlaceIsFree() throws Exception {
    Handler deaf =
        (_, _) -> {
          arrived.release();
          free.acquireUninterruptibly();
        };
    Harness harness = Harness.start(deaf, o -> o.withMaxHandlers(1));
    try (RawClient _ = harness.connect().send(Harness.get("/"));
        RawClient waits = harness.connect()) {
      arrived.acquire();
      waits.send(Harness.get("/"));
      Gate gate = harness.server.context().gates().getLast();
      Harness.await("it waits", () -> gate.waiting() == 1);
      Thread closing = Thread.ofPlatform().start(harness::close);
      assertThat(waits.readAll()).startsWith("HTTP/1.1 503");
      free.release();
      closing.join();
    } finally {
      free.release();
    }
  }

  @Test
  void secondDrainDoesNotCutTheFirstShort() throws Exception {
    CompletableFuture<Object> told = new CompletableFuture<>();
    Handler handler =
        (_, response) -> {
          Cancellation.current().onCancel(told::complete);
          arrived.release();
          free.acquire();
          response.text("done");
        };
    try (Harness harness = Harness.start(handler, o -> o.withDrainTimeout(Duration.ofSeconds(30)));
        RawClient client = harness.connect().send(Harness.get("/"))) {
      arrived.acquire();
      Thread first = Thread.ofPlatform().start(harness.server::drain);
      Harness.await("it drains", () -> harness.server.context().isDraining());
      Thread second = Thread.ofPlatform().start(harness.server::drain);
      second.join(TimeUnit.SECONDS.toMillis(1));
      free.release();
      assertThat(client.readAll()).startsWith("HTTP/1.1 200").endsWith("done");
      first.join();
      second.join();
      assertThat(told).isNotDone();
    }
  }
}
