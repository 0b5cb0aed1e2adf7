package dev.hangup.server;

import dev.hangup.testkit.CancellationContract;
import java.util.Map;

class NioContractTest extends CancellationContract {
  @Override
  protected Running start(Map<String, Endpoint> endpoints) throws Exception {
    return ContractEngine.start(endpoints, o -> o.withTransport(ServerOptions.Transport.NIO));
  }
}
