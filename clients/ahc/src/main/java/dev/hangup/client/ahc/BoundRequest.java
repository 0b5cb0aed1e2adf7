package dev.hangup.client.ahc;

import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.DeadlineFields;
import dev.hangup.Registration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.asynchttpclient.AsyncHandler;
import org.asynchttpclient.AsyncHttpClient;
import org.asynchttpclient.ListenableFuture;
import org.asynchttpclient.Request;

/// A request that is part of a work.
///
/// @param work stops it
/// @param request what to send
/// @param handler receives the answer
record BoundRequest<T>(Cancellation work, Request request, AsyncHandler<T> handler) {

  ListenableFuture<T> send(AsyncHttpClient client) {
    Optional<String> left;
    try {
      left = DeadlineFields.write(work);
    } catch (CancelledException late) {
      handler.onThrowable(late);
      return new Late<>(late);
    }
    StoppableFuture<T> future =
        new StoppableFuture<>(client.executeRequest(withTimeLeft(left), handler), work);
    Registration registration = work.onCancel(_ -> future.stop());
    // Elsewhere: it waits for a stop in flight, which may wait for the client's own thread.
    return future.addListener(registration::close, close -> Thread.ofVirtual().start(close));
  }

  private Request withTimeLeft(Optional<String> left) {
    return left.map(
            time -> request.toBuilder().setHeader(DeadlineFields.REQUEST_TIMEOUT, time).build())
        .orElse(request);
  }

  /// Of a request that was not sent.
  private static final class Late<T> extends ListenableFuture.CompletedFailure<T> {
    private final CancelledException late;

    Late(CancelledException late) {
      super(late);
      this.late = late;
    }

    @Override
    public T get() {
      throw late;
    }

    @Override
    public T get(long timeout, TimeUnit unit) {
      throw late;
    }

    @Override
    public CompletableFuture<T> toCompletableFuture() {
      return CompletableFuture.failedFuture(late);
    }
  }
}
