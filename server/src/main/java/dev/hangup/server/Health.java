package dev.hangup.server;

/// What orchestrators ask a server, as handlers for routes of one's choice.
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="health"}
public final class Health {
  private Health() {}

  /// Is it alive? Answered 200 as long as the server answers at all.
  ///
  /// @return a handler
  public static Handler live() {
    return (_, response) -> response.header("Cache-Control", "no-store").text("live\n");
  }

  /// Should it be sent requests? Answered 200; 503 once the server drains.
  ///
  /// @return a handler
  public static Handler ready() {
    return (_, response) -> {
      response.header("Cache-Control", "no-store");
      if (response.exchange().isDraining()) {
        response.status(503).text("draining\n");
      } else {
        response.text("ready\n");
      }
    };
  }
}
