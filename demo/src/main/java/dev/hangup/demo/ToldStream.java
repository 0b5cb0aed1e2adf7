package dev.hangup.demo;

import dev.hangup.Registration;
import dev.hangup.server.Handler;
import dev.hangup.server.HttpException;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import dev.hangup.server.ServerEvents;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// `GET /told?of=page-7f3a.`: what is told from now on of the requests whose id begins so, those
/// that they make themselves included, as server-sent events: each an [Event] in JSON. So a page
/// learns what became of a request that it gave up.
final class ToldStream implements Handler {
  static final String PATH = "/told";
  private static final int SHORTEST = 8; // nobody hears others by chance
  private static final int MOST_WAITING = 10_000; // for who reads slowly; more are left out

  private final Events events;

  ToldStream(Events events) {
    this.events = events;
  }

  @Override
  public void handle(Request request, Response response) throws IOException, InterruptedException {
    String of = request.query("of").orElse("");
    if (of.length() < SHORTEST) {
      throw new HttpException(
          400, "of: " + of.length() + " characters (expected: at least " + SHORTEST + ")");
    }
    BlockingQueue<Event> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    try (Registration _ = events.listen(of, waiting::offer)) {
      ServerEvents stream = response.events();
      while (true) {
        stream.emit(waiting.take().toJson());
      }
    }
  }
}
