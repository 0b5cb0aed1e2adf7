package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.Trail;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Middleware is a plain function around a handler: the hang-up passes through any of it.
class MiddlewareTest {
  private final Semaphore arrived = new Semaphore(0);
  private final CompletableFuture<CancelReason> told = new CompletableFuture<>();
  private final Handler blocked =
      (_, _) -> {
        Cancellation.current().onCancel(told::complete);
        arrived.release();
        new CountDownLatch(1).await();
      };

  private static UnaryOperator<Handler> named(String name, Trail trail) {
    return inner ->
        (request, response) -> {
          trail.add("into " + name);
          try {
            inner.handle(request, response);
          } finally {
            trail.add("out of " + name);
          }
        };
  }

  private void leave(Harness harness) throws Exception {
    RawClient client = harness.connect().send(Harness.get("/"));
    arrived.acquire();
    client.leave(new Leaving.Close());
    assertThat(told.get(30, TimeUnit.SECONDS)).isEqualTo(new CancelReason.ClientClosed());
    assertThat(harness.nextEntry().status()).isEqualTo(499);
  }

  @Test
  void hangUpPassesThroughLayersAndTheirCleanUps() throws Exception {
    Trail trail = new Trail();
    Handler handler = blocked.with(named("inner", trail)).with(named("outer", trail));
    try (Harness harness = Harness.start(handler)) {
      leave(harness);
    }
    assertThat(trail.events())
        .containsExactly("into outer", "into inner", "out of inner", "out of outer");
  }

  @Test
  void hangUpReachesAnotherThreadThatCarriesTheWork() throws Exception {
    UnaryOperator<Handler> elsewhere =
        inner ->
            (request, response) -> {
              CompletableFuture<Void> done = new CompletableFuture<>();
              Runnable carried =
                  Cancellation.current()
                      .wrap(() -> {
                        try {
                          inner.handle(request, response);
                        } catch (Exception failure) {
                          done.completeExceptionally(failure);
                        }
                      });
              Thread other = Thread.ofPlatform().start(carried);
              try {
                done.get();
              } finally {
                other.join();
              }
            };
    try (Harness harness = Harness.start(blocked.with(elsewhere))) {
      leave(harness);
    }
  }

  @Test
  void layerThatSwallowsTheCancelHidesItFromNobody() throws Exception {
    CompletableFuture<Throwable> seen = new CompletableFuture<>();
    UnaryOperator<Handler> swallowing =
        inner ->
            (request, response) -> {
              try {
                inner.handle(request, response);
              } catch (InterruptedException | CancelledException swallowed) {
                seen.complete(swallowed);
              }
            };
    try (Harness harness = Harness.start(blocked.with(swallowing))) {
      leave(harness);
    }
    assertThat(seen).isDone();
  }
}
