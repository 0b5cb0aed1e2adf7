package dev.hangup.demo;

import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;

/// A service that the demo calls: `GET ?ms=1000` answers after that time.
///
/// @param name which
record SlowService(String name) implements Handler {
  @Override
  public void handle(Request request, Response response) throws InterruptedException {
    int ms = request.query("ms", 1_000, 0, 600_000);
    Thread.sleep(ms);
    response.text(name + " took " + ms + " ms");
  }
}
