package dev.hangup.demo.spring;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// An event a minute: too rarely to notice by writing that nobody listens any more.
@RestController
class EventsController {
  private static final Logger LOG = LoggerFactory.getLogger(EventsController.class);

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("clock").factory());

  @GetMapping("/sse")
  SseEmitter events() {
    SseEmitter emitter = new SseEmitter(0L);
    ScheduledFuture<?> ticks =
        clock.scheduleAtFixedRate(() -> tick(emitter), 0, 1, TimeUnit.MINUTES);
    emitter.onCompletion(() -> {
      ticks.cancel(false);
      LOG.info("sse: over");
    });
    return emitter;
  }

  private static void tick(SseEmitter emitter) {
    try {
      emitter.send("tick");
    } catch (IOException e) {
      emitter.completeWithError(e);
    }
  }
}
