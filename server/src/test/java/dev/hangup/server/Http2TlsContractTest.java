package dev.hangup.server;

import dev.hangup.testkit.CancellationContract;
import dev.hangup.testkit.Protocol;
import java.util.Map;

class Http2TlsContractTest extends CancellationContract {
  @Override
  protected Running start(Map<String, Endpoint> endpoints) throws Exception {
    return ContractEngine.startTls(endpoints);
  }

  @Override
  protected Protocol protocol() {
    return Protocol.HTTP2_TLS;
  }
}
