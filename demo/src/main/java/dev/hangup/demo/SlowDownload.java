package dev.hangup.demo;

import dev.hangup.CancelledException;
import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import java.io.IOException;
import java.io.OutputStream;

/// `GET /download?wait=2000&mb=100&ms=0`: nothing for a while, then a lot, with a pause before each
/// MiB.
///
/// The bytes told are those that the handler wrote. Up to the server's write-ahead and the kernel's
/// buffers, they are more than what the client received.
final class SlowDownload implements Handler {
  private static final int MIB = 1 << 20;
  private static final byte[] BLOCK = new byte[64 << 10];

  private final Events events;

  SlowDownload(Events events) {
    this.events = events;
  }

  @Override
  public void handle(Request request, Response response) throws IOException, InterruptedException {
    int wait = request.query("wait", 2_000, 0, 600_000);
    long length = (long) MIB * request.query("mb", 100, 1, 100_000);
    int pause = request.query("ms", 0, 0, 60_000);
    Story story = events.begin(request, response);
    long written = 0;
    try {
      Thread.sleep(wait);
      OutputStream out = response.stream("application/octet-stream", length);
      while (written < length) {
        if (pause > 0 && written % MIB == 0) {
          Thread.sleep(pause);
        }
        out.write(BLOCK);
        written += BLOCK.length;
      }
      try {
        out.close();
      } finally { // a client that has as many bytes as it was promised may leave before that
        story.tell("completed", written, "Download completed. " + progress(written, length));
      }
    } catch (InterruptedException | CancelledException stopped) {
      if (written < length) {
        story.stopped(written, "Stopping download. " + progress(written, length));
      }
      throw stopped;
    }
  }

  private static String progress(long written, long length) {
    return "Written " + written + " of " + length + " bytes.";
  }
}
