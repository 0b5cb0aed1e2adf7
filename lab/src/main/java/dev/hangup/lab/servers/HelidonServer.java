package dev.hangup.lab.servers;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.OutputStream;

/// Helidon SE: a virtual thread for each connection, or HTTP/2 stream.
final class HelidonServer {
  private HelidonServer() {}

  static void serve() {
    WebServer server =
        WebServer.builder()
            .host(Listening.host())
            .port(0)
            .routing(routing -> routing.any(HelidonServer::handle))
            .build()
            .start();
    Listening.version(WebServer.class);
    Listening.cleartext(server.port());
  }

  private static void handle(ServerRequest request, ServerResponse response) throws Exception {
    Work work = Work.begin(request.path().path(), request.remotePeer().port());
    if (work.isStream()) {
      Blocking.run(work, _ -> response.outputStream());
    } else {
      Blocking.run(work, _ -> OutputStream.nullOutputStream());
      response.send(work.answer());
    }
  }
}
