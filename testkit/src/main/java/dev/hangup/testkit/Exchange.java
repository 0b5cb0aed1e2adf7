package dev.hangup.testkit;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/// One request that a [Peer] has received, and what becomes of it. Answered by one thread; watched
/// by any.
abstract class Exchange {
  private final String path;
  private final Map<String, String> fields;
  private final Object connection;
  private final CountDownLatch onScene = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final CompletableFuture<Sight> left = new CompletableFuture<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicLong sent = new AtomicLong();

  Exchange(String path, Map<String, String> fields, Object connection) {
    this.path = path;
    this.fields = fields;
    this.connection = connection;
  }

  /// Sends the head of a response.
  abstract void head() throws IOException;

  /// Sends a part of its body.
  abstract void data(byte[] bytes) throws IOException;

  /// Ends it.
  abstract void end() throws IOException;

  /// Sends what is no HTTP.
  abstract void garbage() throws IOException;

  /// Dies in the middle of what was begun.
  abstract void die() throws IOException;

  final String path() {
    return path;
  }

  /// Header fields by their names in lower case.
  final Map<String, String> fields() {
    return fields;
  }

  /// The connection it came on, to be compared.
  final Object connection() {
    return connection;
  }

  final void arrive() {
    onScene.countDown();
  }

  /// Whether the scene that the request asked for has been reached.
  final boolean awaitScene(long millis) throws InterruptedException {
    return onScene.await(millis, TimeUnit.MILLISECONDS);
  }

  final void release() {
    released.countDown();
  }

  final void awaitRelease() throws InterruptedException {
    released.await();
  }

  final void count(int bytes) {
    sent.addAndGet(bytes);
  }

  /// How many bytes of the body the peer could hand to its kernel.
  final long sent() {
    return sent.get();
  }

  final void over() {
    over.countDown();
  }

  /// Waits until the peer has done all that it does for the request.
  final void awaitOver(long millis) throws InterruptedException {
    var _ = over.await(millis, TimeUnit.MILLISECONDS);
  }

  /// The client has left; told once.
  final void leave(Sight sight) {
    left.complete(sight);
    released.countDown();
  }

  final boolean isLeft() {
    return left.isDone();
  }

  /// How the client left.
  final Sight awaitLeft(long millis)
      throws InterruptedException, ExecutionException, TimeoutException {
    return left.get(millis, TimeUnit.MILLISECONDS);
  }
}
