package dev.hangup.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.CompletableFuture;

/// Vert.x 5: one event loop, which answers itself or hands over to virtual threads.
final class VertxHello extends VerticleBase {
  private final int port;
  private final CompletableFuture<Integer> bound;

  private VertxHello(int port, CompletableFuture<Integer> bound) {
    this.port = port;
    this.bound = bound;
  }

  static int serve(int port, boolean virtual) throws Exception {
    CompletableFuture<Integer> bound = new CompletableFuture<>();
    ThreadingModel model = virtual ? ThreadingModel.VIRTUAL_THREAD : ThreadingModel.EVENT_LOOP;
    Vertx.vertx()
        .deployVerticle(
            new VertxHello(port, bound), new DeploymentOptions().setThreadingModel(model))
        .onFailure(bound::completeExceptionally);
    return bound.get();
  }

  @Override
  public Future<HttpServer> start() {
    return vertx
        .createHttpServer()
        .requestHandler(request -> {
          var _ = request.response().putHeader("content-type", "text/plain").end(Waiting.TEXT);
        })
        .listen(port, "127.0.0.1")
        .onSuccess(server -> bound.complete(server.actualPort()));
  }
}
