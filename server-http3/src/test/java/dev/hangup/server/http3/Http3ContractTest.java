package dev.hangup.server.http3;

import dev.hangup.testkit.Caller;
import dev.hangup.testkit.CancellationContract;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.Protocol;
import dev.hangup.testkit.Visit;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

class Http3ContractTest extends CancellationContract {
  @Override
  protected Running start(Map<String, Endpoint> endpoints) throws Exception {
    Harness harness =
        Harness.start((request, response) ->
            endpoints
                .get(request.path())
                .handle(new Visit(request.body(), () -> response.stream("text/plain"))));
    return new Running(harness.address(), harness);
  }

  /// Many requests on a connection that is encrypted.
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP2_TLS;
  }

  @Override
  protected Caller connect(InetSocketAddress server, int receiveBuffer) throws IOException {
    int window = receiveBuffer == 0 ? 1 << 20 : receiveBuffer;
    return new Http3Caller(Http3Client.connect(server, window, "h3"));
  }

  /// A QUIC connection that ends without a word ends by its silence.
  @Override
  protected List<Leaving> leavings() {
    return List.of(new Leaving.Close(), new Leaving.StreamReset());
  }
}
