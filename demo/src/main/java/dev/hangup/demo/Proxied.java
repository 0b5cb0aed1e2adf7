package dev.hangup.demo;

import dev.hangup.server.Handler;
import dev.hangup.server.Request;
import dev.hangup.server.Response;
import dev.hangup.server.ReverseProxy;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/// `/proxy/*`: another server answers. Which one is known later than the routes are, where it is
/// this one on a free port; who comes earlier waits.
final class Proxied implements Handler, AutoCloseable {
  private final CompletableFuture<ReverseProxy> proxy = new CompletableFuture<>();

  /// The first call counts.
  void open(URI upstream) {
    if (!proxy.isDone()) {
      proxy.complete(ReverseProxy.to(upstream));
    }
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    proxy.get().handle(request, response);
  }

  @Override
  public void close() {
    if (proxy.isDone()) {
      proxy.join().close();
    }
  }
}
