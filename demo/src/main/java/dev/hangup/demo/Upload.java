package dev.hangup.demo;

import dev.hangup.CancelledException;
import dev.hangup.server.Handler;
import dev.hangup.server.HttpException;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import java.io.IOException;
import java.io.InputStream;

/// `POST /upload`: reads the body and answers how long it was.
final class Upload implements Handler {
  private static final int BLOCK = 64 << 10;

  private final Events events;

  Upload(Events events) {
    this.events = events;
  }

  @Override
  public void handle(Request request, Response response) throws IOException {
    Story story = events.begin(request, response);
    InputStream body = request.body();
    byte[] block = new byte[BLOCK];
    long received = 0;
    try {
      for (int n = body.read(block); n >= 0; n = body.read(block)) {
        received += n;
        story.trace("received", received);
      }
      response.json("{\"bytes\":" + received + "}");
      story.tell("completed", received, "Upload completed. " + progress(received));
    } catch (CancelledException | HttpException stopped) {
      story.stopped(received, "Stopping upload. " + progress(received));
      throw stopped;
    }
  }

  private static String progress(long received) {
    return "Received " + received + " bytes.";
  }
}
