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
    Handler handler =
        (request, response) ->
            endpoints
                .get(request.path())
                .handle(new Visit(request.body(), () -> response.stream("text/plain")));
    Server server = Server.start(handler, o -> options.apply(o.withPort(0)));
    return new Running(server.address(), server);
  }
}
