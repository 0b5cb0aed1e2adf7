package dev.hangup.demo;

import dev.hangup.CancelledException;
import dev.hangup.server.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntFunction;

/// A body that is sent piece by piece with a pause before each, and what is told of it.
///
/// @param name what people call the body: `Stream`
/// @param unit what they call its pieces: `chunks`
/// @param contentType the media type
/// @param first the first piece's number
/// @param end one more than the last piece's number
/// @param ms the pause before each piece
record SlowPieces(String name, String unit, String contentType, int first, int end, int ms) {

  /// Sends them.
  ///
  /// @param piece makes the piece of a number
  void send(Story story, Response response, IntFunction<String> piece)
      throws IOException, InterruptedException {
    int next = first;
    try {
      // Closed only when it is whole: what is closed looks complete to the client.
      OutputStream out = response.stream(contentType);
      while (next < end) {
        Thread.sleep(ms);
        out.write(piece.apply(next).getBytes(StandardCharsets.UTF_8));
        next++;
        story.trace("sent", next - first);
      }
      out.close();
      story.tell("completed", next - first, name + " completed. " + progress(next));
    } catch (InterruptedException | CancelledException stopped) {
      story.stopped(
          next - first, "Stopping " + name.toLowerCase(Locale.ROOT) + ". " + progress(next));
      throw stopped;
    }
  }

  private String progress(int next) {
    return "Sent " + (next - first) + " of " + (end - first) + " " + unit + ".";
  }
}
