package dev.hangup.demo;

import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import dev.hangup.server.ServerEvents;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands for a language model behind an API: `GET ?tokens=500&ms=50` generates so many tokens, one
/// after the other, and sends them as server-sent events.
final class Generator implements Handler {
  private static final String[] WORDS =
      "when the caller hangs up nobody reads what comes next and so the work stops".split(" ");

  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger generated = new AtomicInteger();
  private final Events events;

  Generator(Events events) {
    this.events = events;
  }

  @Override
  public void handle(Request request, Response response) throws IOException, InterruptedException {
    int tokens = request.query("tokens", 500, 1, 100_000);
    int ms = request.query("ms", 50, 0, 60_000);
    running.incrementAndGet();
    try {
      new SlowPieces("Generation", "tokens", 0, tokens, ms)
          .send(
              events.begin(request, response),
              () -> {
                ServerEvents stream = response.events();
                return number -> stream.emit(token(number));
              });
    } finally {
      running.decrementAndGet();
    }
  }

  private String token(int number) {
    generated.incrementAndGet();
    return WORDS[number % WORDS.length];
  }

  /// What it does now, and how many tokens it has generated in all.
  void status(Request request, Response response) {
    response.json("{\"running\":" + running + ",\"generated\":" + generated + "}");
  }
}
