package dev.hangup.client.apache;

import dev.hangup.Abort;
import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.DeadlineFields;
import dev.hangup.Registration;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.client5.http.async.AsyncExecRuntime;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/// One asynchronous call: the future that the caller gets, which tells of a cancel by its reason.
///
/// ```
/// leasing ──▶ connecting ──▶ executing ──▶ over, or again with the next hop
///    └─ cancel    └─ later         └─ cancel, discard the connection
/// ```
///
/// The client's own future (5.6) is no means in all of these: what it learns from an I/O thread,
/// the exchange, may be overwritten by what it learns late from the caller's, a lease that is long
/// done (`AsyncConnectExec`); so the connection is discarded besides, by the execution's runtime,
/// which holds it as long as it is this call's. And a cancel while it connects would lose the
/// connection, open (`DefaultAsyncClientConnectionOperator`), as a discard would that comes before
/// the exchange has begun; so a connection is awaited, and discarded then. The caller is told at
/// once, whichever it is.
///
/// **Thread safety**: completed by the client's I/O threads, stopped by any.
final class AsyncCall<T> extends CompletableFuture<T> implements FutureCallback<T>, Abort {
  private static final String KEY = AsyncCall.class.getName();

  private final Cancellation work;
  private final @Nullable FutureCallback<T> callback;
  private final AtomicReference<@Nullable Registration> registration = new AtomicReference<>();
  private volatile @Nullable Future<T> exchange;
  private volatile @Nullable AsyncExecRuntime runtime;
  private final AtomicInteger hop = new AtomicInteger();
  private volatile int executing = -1; // which hop
  private volatile boolean stopped;
  private volatile boolean over;

  AsyncCall(Cancellation work, @Nullable FutureCallback<T> callback) {
    this.work = work;
    this.callback = callback;
  }

  /// @param send sends a request, in this call's context, and tells this
  Future<T> execute(
      AsyncRequestProducer producer,
      AsyncResponseConsumer<T> consumer,
      Function<AsyncRequestProducer, Future<T>> send) {
    Optional<String> left;
    try {
      left = DeadlineFields.write(work);
    } catch (CancelledException late) {
      producer.releaseResources();
      consumer.releaseResources();
      failed(late);
      return this;
    }
    AsyncRequestProducer timed =
        left.<AsyncRequestProducer>map(time -> new TimedProducer(producer, time)).orElse(producer);
    exchange = send.apply(timed);
    registration.set(work.onCancel(this::stop));
    if (over) {
      end(); // before there was a registration
    }
    return this;
  }

  /// Puts the call where the client's chain of execution finds it.
  HttpContext in(@Nullable HttpContext given) {
    HttpContext context = given == null ? HttpClientContext.create() : given;
    context.setAttribute(KEY, this);
    return context;
  }

  /// The next execution in that context is nobody's call.
  static void forget(@Nullable HttpContext context) {
    if (context != null) {
      context.removeAttribute(KEY);
    }
  }

  /// In the chain of execution where a connection is about to be leased.
  static void lease(
      HttpRequest request,
      @Nullable AsyncEntityProducer entity,
      AsyncExecChain.Scope scope,
      AsyncExecChain chain,
      AsyncExecCallback callback)
      throws HttpException, IOException {
    AsyncCall<?> call = of(scope);
    if (call != null) {
      call.hop.incrementAndGet();
      call.runtime = scope.execRuntime;
      if (call.stopped) { // and tried again
        callback.failed(new InterruptedIOException("stopped"));
        return;
      }
    }
    chain.proceed(request, entity, scope, callback);
  }

  /// In the chain of execution where the connection is there, and nothing has been sent on it.
  static void connected(
      HttpRequest request,
      @Nullable AsyncEntityProducer entity,
      AsyncExecChain.Scope scope,
      AsyncExecChain chain,
      AsyncExecCallback callback)
      throws HttpException, IOException {
    AsyncCall<?> call = of(scope);
    if (call == null) {
      chain.proceed(request, entity, scope, callback);
    } else if (call.stopped) {
      scope.execRuntime.discardEndpoint();
      callback.failed(new InterruptedIOException("stopped while it connected"));
    } else {
      int mine = call.hop.get();
      chain.proceed(request, entity, scope, callback);
      call.executing = mine;
      if (call.stopped) { // it may have looked a moment too early
        call.stopExchange();
      }
    }
  }

  private static @Nullable AsyncCall<?> of(AsyncExecChain.Scope scope) {
    return scope.clientContext.getAttribute(KEY) instanceof AsyncCall<?> call ? call : null;
  }

  private void stop(CancelReason reason) {
    fail(new CancelledException(reason));
    stopExchange();
  }

  @Override
  public void abort(CancelReason reason, int attempt) {
    stop(reason);
  }

  private void stopExchange() {
    stopped = true; // before the look at where it is; connected() does it the other way round
    Future<T> sent = exchange;
    AsyncExecRuntime running = runtime;
    boolean exchanging = executing == hop.get();
    boolean leasing = running == null || !running.isEndpointAcquired();
    if (sent != null && (exchanging || leasing)) {
      sent.cancel(true);
    }
    if (running != null && exchanging) {
      running.discardEndpoint();
    }
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    try {
      return Cancellation.current().<T, Exception>abortable(this, super::get);
    } catch (InterruptedException | ExecutionException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ExecutionException(e);
    }
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    try {
      return Cancellation.current().<T, Exception>abortable(this, () -> super.get(timeout, unit));
    } catch (InterruptedException | ExecutionException | TimeoutException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ExecutionException(e);
    }
  }

  @Override
  public void completed(T result) {
    end();
    if (complete(result) && callback != null) {
      callback.completed(result);
    }
  }

  @Override
  public void failed(Exception failure) {
    end();
    fail(
        failure instanceof CancelledException
            ? failure
            : work.reason()
                .<Exception>map(why -> new CancelledException(why, failure))
                .orElse(failure));
  }

  private void fail(Exception told) {
    if (completeExceptionally(told) && callback != null) {
      callback.failed(told);
    }
  }

  /// The exchange was cancelled; mostly by us, who have told that by now.
  @Override
  public void cancelled() {
    end();
    Optional<CancelReason> reason = work.reason();
    if (reason.isPresent()) {
      fail(new CancelledException(reason.get()));
    } else if (super.cancel(true) && callback != null) {
      callback.cancelled();
    }
  }

  /// Nothing can be stopped any more. The client's own thread tells that: it must not wait for a
  /// stop in flight, which may wait for it.
  private void end() {
    over = true;
    Registration stop = registration.getAndSet(null);
    if (stop != null) {
      Thread.ofVirtual().name("hangup-release").start(stop::close);
    }
  }

  /// By the caller.
  @Override
  public boolean cancel(boolean mayInterrupt) {
    boolean first = super.cancel(mayInterrupt);
    if (first && callback != null) {
      callback.cancelled();
    }
    stopExchange();
    return first;
  }
}
