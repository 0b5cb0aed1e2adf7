package dev.hangup.demo;

import dev.hangup.Deadline;
import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import java.time.Duration;

/// `GET /deaf?seconds=10`: does what no handler should, and goes on whatever it is told: a
/// straggler, once its client has left. The live page shows its stack.
final class Deaf implements Handler {
  @Override
  public void handle(Request request, Response response) {
    int seconds = request.query("seconds", 10, 1, 60);
    Deadline end = Deadline.after(Duration.ofSeconds(seconds));
    while (!end.isExpired()) {
      try {
        Thread.sleep(end.remaining());
      } catch (InterruptedException swallowed) {
        // The mistake: it was asked to stop, and neither says so nor stops.
      }
    }
    response.text("worked for " + seconds + " s\n");
  }
}
