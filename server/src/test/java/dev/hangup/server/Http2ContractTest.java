package dev.hangup.server;

import dev.hangup.testkit.CancellationContract;
import dev.hangup.testkit.Protocol;
import java.util.Map;

class Http2ContractTest extends CancellationContract {
  @Override
  protected Running start(Map<String, Endpoint> endpoints) throws Exception {
    return ContractEngine.start(endpoints, o -> o);
  }

  @Override
  protected Protocol protocol() {
    return Protocol.HTTP2;
  }
}
