package dev.hangup.demo;

import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// `GET /stream?count=30&ms=100`: chunks of 1 KiB, one after the other.
final class SlowStream implements Handler {
  private static final int CHUNK = 1024;

  private final Events events;

  SlowStream(Events events) {
    this.events = events;
  }

  @Override
  public void handle(Request request, Response response) throws IOException, InterruptedException {
    int count = request.query("count", 30, 1, 1_000_000);
    int ms = request.query("ms", 100, 0, 600_000);
    new SlowPieces("Stream", "chunks", 0, count, ms)
        .send(
            events.begin(request, response),
            () -> {
              OutputStream body = response.stream("text/plain; charset=utf-8");
              return number -> body.write(chunk(number).getBytes(StandardCharsets.UTF_8));
            });
  }

  private static String chunk(int number) {
    String text = "chunk " + number + " ";
    return text + ".".repeat(CHUNK - 1 - text.length()) + "\n";
  }
}
