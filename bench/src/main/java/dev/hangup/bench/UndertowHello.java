package dev.hangup.bench;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.util.Headers;
import java.net.InetSocketAddress;

/// Undertow: answers on its IO threads, or dispatches to its pool of workers.
final class UndertowHello {
  private UndertowHello() {}

  static int serve(int port, boolean worker) {
    HttpHandler answer =
        exchange -> {
          exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain");
          exchange.getResponseSender().send(Waiting.TEXT);
        };
    Undertow server =
        Undertow.builder()
            .addHttpListener(port, "127.0.0.1")
            .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
            .setHandler(worker ? new BlockingHandler(answer) : answer)
            .build();
    server.start();
    return ((InetSocketAddress) server.getListenerInfo().getFirst().getAddress()).getPort();
  }
}
