package dev.hangup.bench;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/// Helidon 4 SE: a virtual thread for each connection, or HTTP/2 stream.
final class HelidonHello {
  private HelidonHello() {}

  static int serve(int port) {
    return WebServer.builder()
        .host("127.0.0.1")
        .port(port)
        .routing(routing -> routing.any(HelidonHello::handle))
        .build()
        .start()
        .port();
  }

  private static void handle(ServerRequest request, ServerResponse response)
      throws InterruptedException {
    if (request.path().path().equals(Waiting.PATH)) {
      Waiting.await();
    }
    response.header(HeaderNames.CONTENT_TYPE, "text/plain").send(Waiting.TEXT);
  }
}
