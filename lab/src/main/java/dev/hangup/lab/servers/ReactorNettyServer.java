package dev.hangup.lab.servers;

import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// Reactor Netty, which cancels what its handler returned.
final class ReactorNettyServer {
  private ReactorNettyServer() {}

  static void serve() {
    DisposableServer server =
        HttpServer.create()
            .host(Listening.host())
            .port(0)
            .protocol(HttpProtocol.HTTP11, HttpProtocol.H2C)
            .handle(ReactorNettyServer::handle)
            .bindNow();
    Listening.version(HttpServer.class);
    Listening.cleartext(server.port());
  }

  private static Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    InetSocketAddress client = request.remoteAddress();
    Work work = Work.begin(request.fullPath(), client == null ? 0 : client.getPort());
    Flux<Long> steps =
        Flux.interval(Duration.ZERO, Duration.ofMillis(Work.STEP_MILLIS))
            .onBackpressureDrop()
            .takeWhile(_ -> work.step())
            .doOnComplete(work::ended)
            .doOnCancel(() -> {
              if (!work.isOver()) {
                Ticking.tell(work, "cancel");
              }
            });
    if (!work.isStream()) {
      return response.sendByteArray(steps.then(Mono.just(work.answer())));
    }
    return response.send(
        steps.map(_ -> {
          work.wrote();
          return Unpooled.wrappedBuffer(Work.PIECE);
        }),
        _ -> true);
  }
}
