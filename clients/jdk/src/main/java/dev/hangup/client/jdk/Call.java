package dev.hangup.client.jdk;

import dev.hangup.Abort;
import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.DeadlineFields;
import dev.hangup.Op;
import dev.hangup.Registration;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One request on its way, and its response until the body has ended.
///
/// ```
/// sent ──head──▶ body ──end──▶ over
///   └── stop ──────┴──▶ stopped          (by the work, or by the work of who reads)
/// ```
///
/// Until the head is there, the client's own future stops it: the **root**, which cancels the
/// exchange; a future that we derive from it would do nothing. From the head on, the subscription
/// of the body does it, and the root must not: it closes the connection also where the response is
/// over and the connection is another call's already. Which of the two it is, is decided once: a
/// head that comes after a stop finds its body stopped, and so its connection is no other call's
/// either.
///
/// **Thread safety**: any thread.
final class Call<T> implements Abort, BodyHandler<T> {
  private final Cancellation work;
  private final BodyHandler<T> handler;
  private final AtomicReference<CancelReason> stopped = new AtomicReference<>();
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.SENT);
  private volatile @Nullable CompletableFuture<HttpResponse<T>> root;
  private volatile @Nullable Body<T> body;
  private final AtomicReference<@Nullable Registration> registration = new AtomicReference<>();
  private volatile boolean over;

  private enum Stage {
    SENT,
    STOPPED,
    HEAD
  }

  Call(Cancellation work, BodyHandler<T> handler) {
    this.work = work;
    this.handler = handler;
  }

  HttpResponse<T> send(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    HttpRequest timed = withTimeLeft(request);
    try {
      HttpResponse<T> response =
          work.<HttpResponse<T>, Exception>abortable(
              this, () -> await(begin(client.sendAsync(timed, this))));
      listen();
      return response;
    } catch (CancelledException cancelled) {
      stop(cancelled.reason()); // of a head that came at that moment, and that nobody gets
      throw cancelled;
    } catch (IOException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private HttpResponse<T> await(CompletableFuture<HttpResponse<T>> sent) throws Exception {
    try {
      return sent.get();
    } catch (InterruptedException e) {
      halt();
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception failure) {
        throw failure;
      }
      throw e;
    }
  }

  CompletableFuture<HttpResponse<T>> sendAsync(
      HttpClient client, HttpRequest request, @Nullable PushPromiseHandler<T> pushes) {
    HttpRequest timed;
    try {
      timed = withTimeLeft(request);
    } catch (CancelledException late) {
      return CompletableFuture.failedFuture(late);
    }
    CompletableFuture<HttpResponse<T>> sent = begin(client.sendAsync(timed, this, pushes));
    Answer<HttpResponse<T>> answer = new Answer<>(sent);
    var _ =
        sent.whenComplete((response, failure) -> {
          if (failure == null) {
            answer.complete(response);
          } else {
            answer.completeExceptionally(told(failure));
            end();
          }
        });
    listen();
    return answer;
  }

  private HttpRequest withTimeLeft(HttpRequest request) {
    return DeadlineFields.write(work)
        .map(left ->
            HttpRequest.newBuilder(request, (_, _) -> true)
                .setHeader(DeadlineFields.REQUEST_TIMEOUT, left)
                .build())
        .orElse(request);
  }

  /// The request is on its way.
  private CompletableFuture<HttpResponse<T>> begin(CompletableFuture<HttpResponse<T>> sent) {
    root = sent;
    if (stage.get() == Stage.STOPPED) {
      sent.cancel(true);
    }
    return sent;
  }

  /// From here on the work stops the call also where nobody waits for it.
  private void listen() {
    if (!over) {
      Registration stop = work.onCancel(this::stop);
      registration.set(stop);
      if (over) {
        stop.close();
      }
    }
  }

  /// The response's head is there.
  @Override
  public BodySubscriber<T> apply(ResponseInfo head) {
    Body<T> received = new Body<>(this, handler.apply(head));
    body = received;
    stage.compareAndSet(Stage.SENT, Stage.HEAD);
    return received;
  }

  /// Nothing can be stopped any more. The client calls this under locks that a stop in flight takes
  /// too, so it must not wait for that.
  void end() {
    over = true;
    Registration stop = registration.getAndSet(null);
    if (stop != null) {
      Thread.ofVirtual().name("hangup-release").start(stop::close);
    }
  }

  @Override
  public void abort(CancelReason reason, int attempt) {
    stop(reason);
  }

  private void stop(CancelReason reason) {
    stopped.compareAndSet(null, reason);
    halt();
  }

  private void halt() {
    stage.compareAndSet(Stage.SENT, Stage.STOPPED);
    CompletableFuture<?> sent = root;
    Body<T> received = body;
    if (stage.get() == Stage.STOPPED && sent != null) {
      sent.cancel(true);
    }
    if (received != null) {
      received.stop();
    }
  }

  boolean isStopped() {
    return stopped.get() != null || stage.get() == Stage.STOPPED;
  }

  /// What the caller is told of a failure: if there was a stop, of that.
  Throwable told(Throwable failure) {
    Throwable own =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    CancelReason reason = stopped.get();
    return reason == null || own instanceof CancelledException
        ? own
        : new CancelledException(reason, own);
  }

  /// Reads from the body: the reader's own work, whichever it is, stops the call too.
  <R, X extends Exception> R reading(Op<R, X> read) throws X {
    try {
      return Cancellation.current().<R, X>abortable(this, read);
    } catch (Exception failure) {
      if (told(failure) instanceof CancelledException cancelled) {
        throw cancelled;
      }
      throw failure;
    }
  }
}
