package dev.hangup.spring;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/// Feeds live pages as they ask for more: one that takes nothing for a while is cut off.
final class ReactiveLiveStreams implements LiveEndpoint.Streams {
  private static final Duration LOOK = Duration.ofMillis(50);

  private final LivePages pages;
  private final Supplier<String> route;
  private final Duration patience;

  /// @param route what is told of a feed before it sends anything
  /// @param patience how long a page may take nothing
  ReactiveLiveStreams(LivePages pages, Supplier<String> route, Duration patience) {
    this.pages = pages;
    this.route = route;
    this.patience = patience;
  }

  @Override
  public void hide() {
    // their routes are told as any other's, soon enough for what is no stream
  }

  @Override
  public Object open() {
    return new WebEndpointResponse<>(Flux.create(this::begin), 200, MediaType.TEXT_EVENT_STREAM);
  }

  private void begin(FluxSink<ServerSentEvent<String>> sink) {
    ReactiveSight sight = sink.contextView().getOrDefault(ReactiveSight.class, null);
    if (sight != null) {
      sight.routed(route.get());
    }
    SinkPage page = new SinkPage(sink, sight == null ? () -> true : sight::isWritable);
    sink.onRequest(page::isAskedFor);
    Optional<Runnable> gone = pages.open(page);
    if (gone.isPresent()) {
      sink.onDispose(gone.get()::run);
    } else {
      sink.error(new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE));
    }
  }

  /// One page. Reactor Netty asks for 128 frames before it has written one: so its connection is
  /// asked, too.
  private final class SinkPage implements LivePages.Page {
    private static final int MOST = 1 << 20; // asked for at once: without bound, for all we care

    private final FluxSink<ServerSentEvent<String>> sink;
    private final BooleanSupplier writable;
    private final Semaphore wanted = new Semaphore(0);

    SinkPage(FluxSink<ServerSentEvent<String>> sink, BooleanSupplier writable) {
      this.sink = sink;
      this.writable = writable;
    }

    void isAskedFor(long frames) {
      wanted.release((int) Math.min(frames, MOST));
    }

    @Override
    public void send(String frame) throws IOException, InterruptedException {
      long end = System.nanoTime() + patience.toNanos();
      boolean asked = wanted.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
      while (asked && !writable.getAsBoolean()) { // its event loop tells nobody else
        asked = System.nanoTime() - end < 0;
        Thread.sleep(LOOK);
      }
      if (!asked) {
        throw new IOException("a live page has taken nothing for " + patience);
      }
      sink.next(ServerSentEvent.builder(frame).build());
    }

    @Override
    public void end() {
      sink.complete();
    }

    @Override
    public void cut(Exception why) {
      sink.error(why);
    }
  }
}
