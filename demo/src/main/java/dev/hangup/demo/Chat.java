package dev.hangup.demo;

import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import dev.hangup.server.ServerEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.stream.Stream;

/// `GET /chat?tokens=500&ms=50`: passes on what a language model generates, token by token, as
/// server-sent events. When the reader leaves, the model stops.
final class Chat implements Handler {
  private static final String DATA = "data: ";

  private final Services services;

  Chat(Services services) {
    this.services = services;
  }

  @Override
  public void handle(Request request, Response response) throws IOException, InterruptedException {
    int tokens = request.query("tokens", 500, 1, 100_000);
    int ms = request.query("ms", 50, 0, 60_000);
    try (Stream<String> lines = services.lines("generate?tokens=" + tokens + "&ms=" + ms)) {
      ServerEvents events = response.events();
      for (Iterator<String> all = lines.iterator(); all.hasNext(); ) {
        String line = all.next();
        if (line.startsWith(DATA)) {
          events.emit(line.substring(DATA.length()));
        }
      }
    } catch (UncheckedIOException failure) {
      throw Services.failed("generate", failure);
    }
  }

  /// `GET /chat/upstream`: what the model does now.
  void upstream(Request request, Response response) throws InterruptedException {
    response.json(services.call("generate/status"));
  }
}
