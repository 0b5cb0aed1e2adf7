package dev.hangup.testkit;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// One stay of a request in a handler of the [CancellationContract]: what it can do there, and what
/// the test sees.
public final class Visit {
  private final InputStream requestBody;
  private final Callable<OutputStream> responseBody;
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CompletableFuture<Optional<Throwable>> ended = new CompletableFuture<>();
  private final CompletableFuture<CancelReason> told = new CompletableFuture<>();
  private final AtomicInteger timesTold = new AtomicInteger();

  /// Made by an engine for each request.
  ///
  /// @param requestBody the request's body
  /// @param responseBody opens a streamed response
  public Visit(InputStream requestBody, Callable<OutputStream> responseBody) {
    this.requestBody = requestBody;
    this.responseBody = responseBody;
  }

  InputStream requestBody() {
    return requestBody;
  }

  OutputStream responseBody() throws Exception {
    return responseBody.call();
  }

  void stay(Behaviour behaviour) throws Exception {
    Optional<Throwable> outcome = Optional.empty();
    try {
      Cancellation.current()
          .onCancel(reason -> {
            timesTold.incrementAndGet();
            told.complete(reason);
          });
      behaviour.run(this);
    } catch (Throwable thrown) {
      outcome = Optional.of(thrown);
      throw thrown;
    } finally {
      ended.complete(outcome);
    }
  }

  void arrive() {
    arrived.countDown();
  }

  void awaitArrival() throws InterruptedException, TimeoutException {
    if (!arrived.await(30, TimeUnit.SECONDS)) {
      throw new TimeoutException("the handler never came to the point of the test");
    }
  }

  CancelReason awaitTold() throws InterruptedException, ExecutionException, TimeoutException {
    return told.get(30, TimeUnit.SECONDS);
  }

  Optional<Throwable> awaitEnd() throws InterruptedException, ExecutionException, TimeoutException {
    return ended.get(30, TimeUnit.SECONDS);
  }

  int timesTold() {
    return timesTold.get();
  }

  /// What a handler of the contract does.
  @FunctionalInterface
  interface Behaviour {
    void run(Visit visit) throws Exception;
  }
}
