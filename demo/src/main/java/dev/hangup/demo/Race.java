package dev.hangup.demo;

import dev.hangup.Hangup;
import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.RequestId;
import dev.hangup.server.Response;
import java.util.List;

/// `GET /race?north=1000&south=60000`: asks two services at once, which take so many milliseconds.
/// The first answer counts, and the connection to the other service is closed.
final class Race implements Handler {
  private final Services services;

  Race(Services services) {
    this.services = services;
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    int north = request.query("north", 1_000, 0, 600_000);
    int south = request.query("south", 60_000, 0, 600_000);
    String first =
        Hangup.race(
            List.of(
                RequestId.wrap(() -> services.call("north?ms=" + north)),
                RequestId.wrap(() -> services.call("south?ms=" + south))));
    response.text(first + "\n");
  }
}
