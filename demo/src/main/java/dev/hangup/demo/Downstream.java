package dev.hangup.demo;

import dev.hangup.server.Router;
import dev.hangup.server.Server;
import java.net.URI;
import java.util.List;

/// The services that the demo itself calls, on a port of their own: so one sees the hang-up arrive
/// there too.
final class Downstream implements AutoCloseable {
  private static final List<String> SERVICES =
      List.of("north", "south", "price", "stock", "reviews");

  private final Server server;

  private Downstream(Server server) {
    this.server = server;
  }

  static Downstream start(Events events) throws Exception {
    Generator generator = new Generator(events);
    Router router =
        Router.empty().get("/generate", generator).get("/generate/status", generator::status);
    for (String name : SERVICES) {
      router = router.get("/" + name, Told.of(events, "Service " + name, new SlowService(name)));
    }
    return new Downstream(
        Server.start(router, options -> options.withHost("127.0.0.1").withPort(0)));
  }

  URI home() {
    return URI.create("http://127.0.0.1:" + server.port() + "/");
  }

  @Override
  public void close() {
    server.close();
  }
}
