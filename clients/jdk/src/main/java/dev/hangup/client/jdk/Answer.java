package dev.hangup.client.jdk;

import java.util.concurrent.CompletableFuture;

/// What the caller of `sendAsync` gets. A cancel of it, or of what was derived from it, reaches the
/// exchange, as with the client's own future.
final class Answer<T> extends CompletableFuture<T> {
  private final CompletableFuture<?> root;

  Answer(CompletableFuture<?> root) {
    this.root = root;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new Answer<>(root);
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    boolean stopped = !isDone() && root.cancel(mayInterrupt);
    return super.cancel(mayInterrupt) || stopped;
  }
}
