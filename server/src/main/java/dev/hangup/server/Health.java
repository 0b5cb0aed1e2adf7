package dev.hangup.server;

import java.util.Set;

/// What orchestrators ask, see [ServerOptions#withHealth(String, String)].
///
/// @param live the path that asks whether the server is alive
/// @param ready the path that asks whether it should be sent requests
record Health(String live, String ready) {
  private static final Set<String> METHODS = Set.of("GET", "HEAD");

  Health {
    for (String path : new String[] {live, ready}) {
      if (!path.startsWith("/") || path.contains("?")) {
        throw new IllegalArgumentException(
            "health: " + path + " (expected: a path that begins with /)");
      }
    }
  }

  /// On the event loop: answers if it is asked.
  boolean answers(Request request, Response response, boolean draining) {
    boolean asked = request.path().equals(live) || request.path().equals(ready);
    if (!asked || !METHODS.contains(request.method())) {
      return false;
    }
    response.header("Cache-Control", "no-store");
    if (request.path().equals(live)) {
      response.text("live\n");
    } else if (draining) {
      response.status(503).text("draining\n");
    } else {
      response.text("ready\n");
    }
    return true;
  }
}
