package dev.hangup.spring;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.DeadlineFields;
import dev.hangup.Registration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/// One exchange of a `WebClient`, until its response's body is over: part of the work that
/// subscribes to it, which under WebFlux is that of Reactor's context, else that of the thread.
///
/// ```
/// sent ──head──▶ unread ──subscribe──▶ read ──end──▶ over
///   └─── stop ──────┴────── stop ───────┴──▶ stopped     (by the work, or by who subscribed)
/// ```
///
/// Who waits is told of the work's cancel at once. What stops the connection depends on how far the
/// exchange is: the subscription to the exchange, or to its body. Spring answers a cancel of the
/// former, once the head is there, by reading the body to its end. So from the head on it is the
/// body that is cancelled; one that nobody has subscribed to is subscribed to for that. Which of
/// the two it is, is decided on the connection's event loop, where no head comes meanwhile; the
/// loop is known before the request is written, and none is written after a stop.
///
/// **Thread safety**: any thread.
final class StoppableExchange implements CoreSubscriber<ClientResponse>, Subscription {
  private final Cancellation work;
  private final CoreSubscriber<? super ClientResponse> subscriber;
  private final Sinks.Empty<DataBuffer> cut = Sinks.empty();
  private final AtomicBoolean told = new AtomicBoolean(); // the subscriber: of the head, or an end
  private final AtomicBoolean read = new AtomicBoolean(); // somebody has subscribed to the body
  private final AtomicReference<@Nullable Registration> registration = new AtomicReference<>();
  private volatile @Nullable Subscription upstream;
  private volatile @Nullable Subscription reading;
  private volatile @Nullable Flux<DataBuffer> body;
  private volatile @Nullable Executor loop;
  private volatile boolean stopped;
  private volatile boolean over;

  private StoppableExchange(Cancellation work, CoreSubscriber<? super ClientResponse> subscriber) {
    this.work = work;
    this.subscriber = subscriber;
  }

  /// A `WebClient`'s filter.
  static Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
    return new Mono<>() {
      @Override
      public void subscribe(CoreSubscriber<? super ClientResponse> subscriber) {
        Optional<Cancellation> carried = subscriber.currentContext().getOrEmpty(Cancellation.class);
        Cancellation work = carried.orElseGet(Cancellation::current);
        if (work == Cancellation.detached()) {
          next.exchange(request).subscribe(subscriber);
        } else {
          new StoppableExchange(work, subscriber).send(request, next);
        }
      }
    };
  }

  private void send(ClientRequest request, ExchangeFunction next) {
    Optional<String> left;
    try {
      work.check();
      left = DeadlineFields.write(work);
    } catch (CancelledException late) {
      Operators.error(subscriber, late);
      return;
    }
    ClientRequest.Builder timed = ClientRequest.from(request).httpRequest(this::sending);
    left.ifPresent(
        time -> timed.headers(headers -> headers.set(DeadlineFields.REQUEST_TIMEOUT, time)));
    next.exchange(timed.build()).subscribe(this);
  }

  /// The request is about to be written.
  private void sending(ClientHttpRequest request) {
    loop = EventLoops.of(request.getNativeRequest());
    Subscription exchange = upstream;
    if (stopped && exchange != null) {
      exchange.cancel();
      EventLoops.close(
          request.getNativeRequest()); // an earlier cancel may have found no connection
    }
  }

  @Override
  public Context currentContext() {
    return subscriber.currentContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    upstream = subscription;
    subscriber.onSubscribe(this);
    Registration stop = work.onCancel(this::stop);
    registration.set(stop);
    if (over) {
      over();
    }
  }

  @Override
  public void request(long n) {
    Objects.requireNonNull(upstream).request(n);
  }

  @Override
  public void onNext(ClientResponse head) {
    ClientResponse response = head.mutate().body(this::received).build();
    if (told.compareAndSet(false, true)) {
      subscriber.onNext(response);
      subscriber.onComplete();
    } else {
      stopConnection();
    }
  }

  private Flux<DataBuffer> received(Flux<DataBuffer> whole) {
    body = whole;
    return Flux.defer(() -> {
      boolean first = read.compareAndSet(false, true);
      Flux<DataBuffer> watched =
          first ? whole.doOnSubscribe(this::read).doFinally(_ -> over()) : whole;
      return watched.takeUntilOther(cut.asMono());
    });
  }

  private void read(Subscription subscription) {
    reading = subscription;
    if (stopped) {
      subscription.cancel();
    }
  }

  @Override
  public void onError(Throwable failure) {
    if (told.compareAndSet(false, true)) {
      subscriber.onError(failure);
    }
    if (body == null) {
      over();
    }
  }

  @Override
  public void onComplete() {
    if (told.compareAndSet(false, true)) {
      subscriber.onComplete();
      over();
    }
  }

  /// The work is cancelled.
  private void stop(CancelReason reason) {
    stopped = true;
    CancelledException cancelled = new CancelledException(reason);
    if (told.compareAndSet(false, true)) {
      subscriber.onError(cancelled);
    }
    onLoop(() -> {
      cut.tryEmitError(cancelled); // no buffer comes meanwhile, which nobody would release
      stopConnection();
    });
  }

  /// Who has subscribed waits no longer.
  @Override
  public void cancel() {
    stopped = true;
    told.set(true);
    onLoop(this::stopConnection);
  }

  private void onLoop(Runnable stop) {
    Executor connection = loop;
    if (connection == null) {
      stop.run();
      return;
    }
    try {
      connection.execute(stop);
    } catch (RejectedExecutionException closed) {
      stop.run(); // nothing comes meanwhile any more
    }
  }

  private void stopConnection() {
    Flux<DataBuffer> received = body;
    Subscription subscription = received == null ? upstream : reading;
    if (subscription != null) {
      subscription.cancel();
    } else if (received != null && read.compareAndSet(false, true)) {
      received.subscribe(DataBufferUtils::release, _ -> {}).dispose();
    }
    over();
  }

  /// Nothing can be stopped any more. The client's own thread tells that: it must not wait for a
  /// stop in flight, which may wait for it.
  private void over() {
    over = true;
    Registration stop = registration.getAndSet(null);
    if (stop != null) {
      Thread.ofVirtual().name("hangup-release").start(stop::close);
    }
  }
}
