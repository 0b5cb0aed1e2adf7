package dev.hangup.demo;

import dev.hangup.CancelledException;
import java.io.IOException;
import java.util.Locale;

/// A body that is sent piece by piece with a pause before each, and what is told of it.
///
/// @param name what people call the body: `Stream`
/// @param unit what they call its pieces: `chunks`
/// @param first the first piece's number
/// @param end one more than the last piece's number
/// @param ms the pause before each piece
record SlowPieces(String name, String unit, int first, int end, int ms) {

  /// Begins the body.
  interface Opening {
    Sending open() throws IOException;
  }

  /// Sends the piece of a number.
  interface Sending {
    void send(int number) throws IOException;
  }

  /// Sends them.
  void send(Story story, Opening body) throws IOException, InterruptedException {
    int next = first;
    try {
      Sending open = body.open();
      while (next < end) {
        Thread.sleep(ms);
        open.send(next);
        next++;
        story.trace("sent", next - first);
      }
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
