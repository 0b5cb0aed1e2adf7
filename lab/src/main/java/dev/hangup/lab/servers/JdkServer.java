package dev.hangup.lab.servers;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hangup.CancelPolicy;
import dev.hangup.watch.HttpServerFilter;
import dev.hangup.watch.SocketWatch;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/// The JDK's own server, with a virtual thread for each request.
final class JdkServer {
  private JdkServer() {}

  static void serve(boolean filtered) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(Listening.host(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    HttpContext context = server.createContext("/", JdkServer::handle);
    if (filtered) {
      SocketWatch watch = SocketWatch.shared();
      context.getFilters().add(new HttpServerFilter(watch, _ -> CancelPolicy.INTERRUPT));
    }
    server.start();
    System.out.println("version jdk-" + Runtime.version());
    Listening.say("h1", "http", server.getAddress().getPort());
  }

  private static void handle(HttpExchange exchange) throws IOException {
    Work work =
        Work.begin(exchange.getRequestURI().getPath(), exchange.getRemoteAddress().getPort());
    try (exchange) {
      Blocking.run(
          work,
          length -> {
            exchange.sendResponseHeaders(200, Math.max(0, length));
            return exchange.getResponseBody();
          });
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }
}
