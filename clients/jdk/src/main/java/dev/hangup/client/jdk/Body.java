package dev.hangup.client.jdk;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Hands a response's body on to the caller's subscriber, and stops it in the middle.
///
/// A stop cancels the subscription, which closes the connection or resets the stream, and then
/// tells the subscriber, so that a reader wakes. It comes from any thread; a subscriber gets one
/// signal at a time, and none after the last.
final class Body<T> implements BodySubscriber<T> {
  private final Call<T> call;
  private final BodySubscriber<T> subscriber;
  private final ReentrantLock signal = new ReentrantLock();

  private volatile @Nullable Subscription subscription;
  private volatile boolean ended; // written under signal

  Body(Call<T> call, BodySubscriber<T> subscriber) {
    this.call = call;
    this.subscriber = subscriber;
  }

  @Override
  public void onSubscribe(Subscription upstream) {
    signalled(() -> subscriber.onSubscribe(new Ending(upstream)), false);
    subscription = upstream;
    if (call.isStopped()) {
      stop();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    signalled(() -> subscriber.onNext(buffers), false);
  }

  @Override
  public void onError(Throwable failure) {
    signalled(() -> subscriber.onError(call.told(failure)), true);
    call.end();
  }

  @Override
  public void onComplete() {
    signalled(subscriber::onComplete, true);
    call.end();
  }

  private void signalled(Runnable tell, boolean last) {
    signal.lock();
    try {
      if (!ended) {
        ended = last;
        tell.run();
      }
    } finally {
      signal.unlock();
    }
  }

  void stop() {
    Subscription upstream = subscription;
    if (upstream != null && !ended) { // else the connection may be another call's
      upstream.cancel();
      onError(call.told(new IOException("the call was stopped")));
    }
  }

  /// The caller's own body, whose reads stop too.
  @Override
  public CompletionStage<T> getBody() {
    return subscriber.getBody().thenApply(this::stoppable);
  }

  /// Replaces what the JDK's own handlers make. Their types are not public, so that the caller
  /// knows them as no more than a stream.
  @SuppressWarnings("unchecked")
  private T stoppable(T body) {
    if (body instanceof InputStream bytes && isOf(HttpClient.class.getModule(), bytes)) {
      return (T) new StoppableStream(bytes, call);
    }
    if (body instanceof Stream<?> lines && isOf(Object.class.getModule(), lines)) {
      return (T) StoppableLines.of(lines, call);
    }
    return body;
  }

  private static boolean isOf(Module module, Object body) {
    return body.getClass().getModule() == module;
  }

  /// The subscriber's end of the subscription: one that needs no more is no longer stopped.
  private final class Ending implements Subscription {
    private final Subscription upstream;

    Ending(Subscription upstream) {
      this.upstream = upstream;
    }

    @Override
    public void request(long n) {
      upstream.request(n);
    }

    @Override
    public void cancel() {
      upstream.cancel();
      call.end();
    }
  }
}
