package dev.hangup.demo;

import dev.hangup.CancelledException;
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
    Story story = events.begin(request, response);
    int sent = 0;
    try {
      // Closed only when it is whole: what is closed looks complete to the client.
      OutputStream out = response.stream("text/plain; charset=utf-8");
      while (sent < count) {
        Thread.sleep(ms);
        out.write(chunk(sent));
        story.trace("sent", ++sent);
      }
      out.close();
      story.tell("completed", sent, "Stream completed. Sent " + sent + " of " + count + " chunks.");
    } catch (InterruptedException | CancelledException stopped) {
      story.stopped(sent, "Stopping stream. Sent " + sent + " of " + count + " chunks.");
      throw stopped;
    }
  }

  private static byte[] chunk(int number) {
    String text = "chunk " + number + " ";
    String line = text + ".".repeat(CHUNK - 1 - text.length()) + "\n";
    return line.getBytes(StandardCharsets.US_ASCII);
  }
}
