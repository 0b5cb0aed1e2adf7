package dev.hangup.lab.servers;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;

/// Vert.x, told by its response's handlers.
final class VertxServer {
  private VertxServer() {}

  static void serve() throws Exception {
    HttpServer server =
        Vertx.vertx()
            .createHttpServer(new HttpServerOptions().setHost(Listening.host()).setPort(0))
            .requestHandler(VertxServer::handle)
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
    Listening.version(Vertx.class);
    Listening.cleartext(server.actualPort());
  }

  private static void handle(HttpServerRequest request) {
    Work work = Work.begin(request.path(), request.remoteAddress().port());
    HttpServerResponse response = request.response();
    response.exceptionHandler(failure -> Ticking.tell(work, failure.getClass().getSimpleName()));
    response.closeHandler(_ -> Ticking.tell(work, "close"));
    if (work.isStream()) {
      response.setChunked(true);
    }
    Ticking.start(
        work,
        () -> {
          var _ = response.write(Buffer.buffer(Work.PIECE));
        },
        () -> {
          var _ = work.isStream() ? response.end() : response.end(Buffer.buffer(work.answer()));
        });
  }
}
