package dev.hangup.demo;

import dev.hangup.Cancellation;
import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.RequestId;
import dev.hangup.server.Response;
import java.util.Locale;

/// Tells how a handler's requests begin and end, so that the handler is as it would be without a
/// demo.
///
/// @param events where to
/// @param name what people call its work: `Race`
/// @param inner the handler
record Told(Events events, String name, Handler inner) implements Handler {

  /// The handler with this around it, and an id for each of its requests.
  static Handler of(Events events, String name, Handler inner) {
    return new Told(events, name, inner).with(RequestId::around);
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    Story story = Story.begin(events, RequestId.current().orElseThrow());
    try {
      inner.handle(request, response);
      story.completed(name + " completed.");
    } catch (Exception failure) {
      if (Cancellation.current().isCancelled()) {
        story.stopped("Stopping " + name.toLowerCase(Locale.ROOT) + ".");
      } else {
        story.failed(name + " failed."); // why, the answer or the server's log says
      }
      throw failure;
    }
  }
}
