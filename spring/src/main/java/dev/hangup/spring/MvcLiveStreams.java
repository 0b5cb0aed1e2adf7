package dev.hangup.spring;

import dev.hangup.Cancellation;
import dev.hangup.servlet.ServletWork;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Feeds live pages by emitters. A page that reads nothing blocks its thread, and is cut off by the
/// container, which waits for a write no longer than its own time-out.
final class MvcLiveStreams implements LiveEndpoint.Streams {
  private final LivePages pages;
  private final Supplier<String> route;

  /// @param route what is told of the endpoint's requests, which Spring's interceptors do not see
  MvcLiveStreams(LivePages pages, Supplier<String> route) {
    this.pages = pages;
    this.route = route;
  }

  @Override
  public void hide() {
    if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes found) {
      ServletWork.of(found.getRequest()).ifPresent(work -> work.routed(route.get()));
    }
  }

  @Override
  public Object open() {
    SseEmitter emitter = new SseEmitter(0L);
    Optional<Runnable> gone = pages.open(new EmitterPage(emitter));
    if (gone.isEmpty()) {
      return new WebEndpointResponse<>(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
    }
    emitter.onCompletion(gone.get());
    Cancellation.current().onCancel(_ -> gone.get().run()); // no interceptor tells the emitter
    return emitter;
  }

  private record EmitterPage(SseEmitter emitter) implements LivePages.Page {
    @Override
    public void send(String frame) throws IOException {
      emitter.send(frame);
    }

    @Override
    public void end() {
      emitter.complete();
    }

    @Override
    public void cut(Exception why) {
      // the container knows: it has failed to write
    }
  }
}
