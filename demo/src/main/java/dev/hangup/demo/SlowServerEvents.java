package dev.hangup.demo;

import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import dev.hangup.server.ServerEvent;
import dev.hangup.server.ServerEvents;
import java.io.IOException;
import java.time.Instant;

/// `GET /sse?count=30&ms=500`: server-sent events, numbered from 1. A client that comes again says
/// in `Last-Event-ID` what it has, and gets the rest; if it has all, 204, which tells it to stay
/// away.
final class SlowServerEvents implements Handler {
  private final Events events;

  SlowServerEvents(Events events) {
    this.events = events;
  }

  @Override
  public void handle(Request request, Response response) throws IOException, InterruptedException {
    int count = request.query("count", 30, 1, 1_000_000);
    int ms = request.query("ms", 500, 0, 600_000);
    int last = request.lastEventId().map(SlowServerEvents::number).orElse(0);
    response.header("Cache-Control", "no-store");
    if (last >= count) {
      response.status(204).empty();
      return;
    }
    new SlowPieces("Events", "events", last + 1, count + 1, ms)
        .send(
            events.begin(request, response),
            () -> {
              ServerEvents stream = response.events();
              return id -> stream.emit(event(id));
            });
  }

  /// An id that was never given is none.
  private static int number(String id) {
    return id.matches("\\d{1,9}") ? Integer.parseInt(id) : 0;
  }

  private static ServerEvent event(int id) {
    return ServerEvent.of("event " + id + " at " + Instant.now()).withId("" + id);
  }
}
