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
import java.util.concurrent.Semaphore;

/// `GET /told?of=page-7f3a.`: what is told from now on of the requests whose id begins so, those
/// that they make themselves included, as server-sent events: each an [Event] in JSON. So a page
/// learns what became of a request that it gave up. At most 16 are open at once.
final class ToldStream implements Handler {
  static final String PATH = "/told";
  private static final int SHORTEST = 8; // nobody hears others by chance
  private static final int MOST_STREAMS = 16;
  private static final int MOST_WAITING = 10_000; // for who reads slowly; more are left out

  private final Events events;
  private final Semaphore places = new Semaphore(MOST_STREAMS);

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
    if (!places.tryAcquire()) {
      response.header("Retry-After", "10");
      throw new HttpException(503, "streams: " + MOST_STREAMS + " are open (expected: fewer)");
    }
    try {
      tell(of, response);
    } finally {
      places.release();
    }
  }

  private void tell(String of, Response response) throws IOException, InterruptedException {
    BlockingQueue<Event> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    try (Registration _ = events.listen(of, waiting::offer)) {
      ServerEvents stream = response.events();
      while (true) {
        stream.emit(waiting.take().toJson());
      }
    }
  }
}
