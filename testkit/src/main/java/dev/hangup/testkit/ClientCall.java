package dev.hangup.testkit;

import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One call by a client of the [ClientContract], and what its caller is told.
final class ClientCall {
  private final ClientContract.Mode mode;
  private final ClientContract.Client client;
  private final URI uri;
  private final CompletableFuture<Exchange> exchange = new CompletableFuture<>();
  private final CompletableFuture<Boolean> open = new CompletableFuture<>();
  private final CompletableFuture<String> told = new CompletableFuture<>();

  ClientCall(ClientContract.Mode mode, ClientContract.Client client, URI uri) {
    this.mode = mode;
    this.client = client;
    this.uri = uri;
  }

  /// Makes the call on this thread, and waits for its answer.
  String run() throws Exception {
    try {
      String answer =
          switch (mode) {
            case SYNC -> client.get(uri);
            case ASYNC -> waitFor(client.getAsync(uri));
            case STREAM -> read(false);
            case STREAM_UNREAD -> read(true);
          };
      told.complete(answer);
      return answer;
    } catch (Throwable failure) {
      if (mode != ClientContract.Mode.ASYNC) {
        told.completeExceptionally(failure);
      }
      throw failure;
    } finally {
      open.complete(false);
    }
  }

  /// The stage itself is to tell, not the wait, which an interrupt may end before.
  private String waitFor(CompletionStage<String> stage) throws Exception {
    var _ =
        stage.whenComplete((answer, failure) -> {
          if (failure != null) {
            boolean derived = failure instanceof CompletionException;
            told.completeExceptionally(derived ? failure.getCause() : failure);
          } else {
            told.complete(answer);
          }
        });
    return stage.toCompletableFuture().get();
  }

  private String read(boolean afterTheClientLeft) throws Exception {
    try (InputStream body = client.stream(uri)) {
      open.complete(true);
      if (afterTheClientLeft) {
        awaitLeft();
      }
      return new String(body.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  /// Whatever interrupts: the peer is to see the end though nobody reads and nobody closes.
  private void awaitLeft() throws Exception {
    CompletableFuture<Boolean> left =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return exchange.get().awaitLeft(30_000).at() > 0;
              } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new IllegalStateException(e);
              }
            },
            task -> Thread.ofVirtual().start(task));
    left.join();
  }

  /// The peer has not received it, and will not be waited for.
  void unreceived() {
    exchange.completeExceptionally(new IllegalStateException("never received"));
  }

  /// The peer has received it; waits until the client is where the scene wants it.
  void received(Exchange by, Scene scene) throws Exception {
    exchange.complete(by);
    boolean answered = scene != Scene.BEFORE_HEADERS;
    if (answered && mode.isStream()) {
      open.get(30, TimeUnit.SECONDS);
    }
  }

  /// What the caller was told: null for an answer.
  @Nullable Throwable awaitFailure() throws Exception {
    return told.<Optional<Throwable>>handle((_, failure) -> Optional.ofNullable(failure))
        .get(30, TimeUnit.SECONDS)
        .orElse(null);
  }
}
