package dev.hangup.demo;

import dev.hangup.CancelledException;
import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;

/// `GET /work?steps=10&ms=1000`: some steps, each of which sleeps. `POST` does the same, and reads
/// nothing of the body.
///
/// Nothing in here asks whether the client is still there: its hang-up interrupts the sleep.
final class SlowWork implements Handler {
  private final Events events;

  SlowWork(Events events) {
    this.events = events;
  }

  @Override
  public void handle(Request request, Response response) throws InterruptedException {
    int steps = request.query("steps", 10, 1, 10_000);
    int ms = request.query("ms", 1_000, 0, 600_000);
    Story story = events.begin(request, response);
    int step = 0;
    try {
      for (; step < steps; step++) {
        Thread.sleep(ms);
        story.tell("working", step, "Working... " + step);
      }
      response.json("{\"status\":\"Task completed successfully\"}");
      story.tell("completed", steps, "Task completed successfully");
    } catch (InterruptedException | CancelledException stopped) {
      story.stopped(step, "Stopping task. " + step);
      throw stopped;
    }
  }
}
