package dev.hangup.lab.servers;

import dev.hangup.server.Request;
import dev.hangup.server.Response;
import dev.hangup.server.Server;
import dev.hangup.server.ServerOptions;
import dev.hangup.server.Tls;
import dev.hangup.server.http3.Http3;
import java.io.OutputStream;
import java.nio.file.Path;

/// Hangup, as it is by default.
final class HangupServer {
  private HangupServer() {}

  static void serve() throws Exception {
    Path folder = Path.of(System.getProperty("lab.tls"));
    Tls tls = Tls.pem(folder.resolve("certificate.pem"), folder.resolve("key.pem"));
    Http3 http3 = Http3.isAvailable() ? Http3.onPort(0) : null;
    Server server =
        Server.start(
            HangupServer::handle,
            o -> {
              ServerOptions own = o.withHost(Listening.host()).withPort(0).withTls(0, tls);
              return http3 == null ? own : own.withEngine(http3);
            });
    Listening.version(Server.class);
    Listening.say("h1", "http", server.port());
    Listening.say("h2", "https", server.tlsPort());
    if (http3 != null) {
      Listening.say("h3", "https", http3.port());
    }
  }

  private static void handle(Request request, Response response) throws Exception {
    Work work = Work.begin(request.path(), request.peer().getPort());
    Blocking.run(
        work,
        length -> {
          OutputStream out =
              length < 0 ? response.stream("text/plain") : response.stream("text/plain", length);
          return out;
        });
  }
}
