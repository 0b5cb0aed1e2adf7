package dev.hangup.bench;

import dev.hangup.server.Server;

/// Hangup: a virtual thread for each request, which stops when its client hangs up.
final class HangupHello {
  private HangupHello() {}

  static int serve(int port) throws Exception {
    Server server =
        Server.start(
            (request, response) -> {
              if (request.path().equals(Waiting.PATH)) {
                Waiting.await();
              }
              response.text(Waiting.TEXT);
            },
            o -> o.withPort(port));
    return server.port();
  }
}
