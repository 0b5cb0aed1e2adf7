package dev.hangup.server;

import dev.hangup.testkit.CancellationContract.Endpoint;
import dev.hangup.testkit.CancellationContract.Running;
import dev.hangup.testkit.Visit;
import java.io.IOException;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Serves the contract's endpoints.
final class ContractEngine {
  private ContractEngine() {}

  static Running start(Map<String, Endpoint> endpoints, UnaryOperator<ServerOptions> options)
      throws IOException {
    Server server = Server.start(handler(endpoints), o -> options.apply(o.withPort(0)));
    return new Running(server.address(), server);
  }

  static Running startTls(Map<String, Endpoint> endpoints) throws IOException {
    Tls tls = Tls.selfSigned(java.nio.file.Path.of("target", "tls"));
    Server server = Server.start(handler(endpoints), o -> o.withPort(0).withTls(0, tls));
    String host = server.address().getHostString();
    return new Running(new java.net.InetSocketAddress(host, server.tlsPort()), server);
  }

  private static Handler handler(Map<String, Endpoint> endpoints) {
    return (request, response) ->
        endpoints
            .get(request.path())
            .handle(new Visit(request.body(), () -> response.stream("text/plain")));
  }
}
