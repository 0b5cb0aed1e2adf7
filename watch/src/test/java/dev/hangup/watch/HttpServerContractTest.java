package dev.hangup.watch;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hangup.CancelPolicy;
import dev.hangup.testkit.CancellationContract;
import dev.hangup.testkit.Visit;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

class HttpServerContractTest extends CancellationContract {
  static {
    System.setProperty("sun.net.httpserver.nodelay", "true"); // else each answer takes 40 ms
  }

  @Override
  protected Running start(Map<String, Endpoint> endpoints) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    HttpContext context = server.createContext("/", exchange -> handle(endpoints, exchange));
    // @start region="filter"
    context
        .getFilters()
        .add(new HttpServerFilter(SocketWatch.shared(), _ -> CancelPolicy.INTERRUPT));
    // @end
    server.start();
    return new Running(
        server.getAddress(),
        () -> {
          server.stop(0);
          threads.shutdownNow();
        });
  }

  private static void handle(Map<String, Endpoint> endpoints, HttpExchange exchange)
      throws IOException {
    Visit visit = new Visit(exchange.getRequestBody(), () -> stream(exchange));
    String path = exchange.getRequestURI().getPath();
    try {
      Objects.requireNonNull(endpoints.get(path)).handle(visit);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    } finally {
      exchange.close();
    }
  }

  private static OutputStream stream(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }
}
