package dev.hangup.demo;

import dev.hangup.server.Handler;
import dev.hangup.server.JsonLines;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import java.io.IOException;
import java.time.Instant;

/// `GET /ndjson?count=30&ms=200`: JSON objects, one a line, as they come to be.
final class SlowJsonLines implements Handler {
  private final Events events;

  SlowJsonLines(Events events) {
    this.events = events;
  }

  @Override
  public void handle(Request request, Response response) throws IOException, InterruptedException {
    int count = request.query("count", 30, 1, 1_000_000);
    int ms = request.query("ms", 200, 0, 600_000);
    new SlowPieces("JSON", "lines", 0, count, ms)
        .send(
            events.begin(request, response),
            () -> {
              JsonLines lines = response.jsonLines();
              return number -> lines.emit(line(number));
            });
  }

  private static String line(int number) {
    return Json.text(json -> {
      json.writeStartObject();
      json.writeNumberProperty("line", number);
      json.writeStringProperty("at", Instant.now().toString());
      json.writeEndObject();
    });
  }
}
