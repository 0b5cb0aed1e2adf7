package dev.hangup.servlet;

import dev.hangup.testkit.CancellationContract;
import dev.hangup.testkit.Protocol;
import java.util.Map;

class UndertowHttp1ContractTest extends CancellationContract {
  @Override
  protected Running start(Map<String, Endpoint> endpoints) throws Exception {
    return new UndertowContainer().serve(endpoints, protocol());
  }

  @Override
  protected Protocol protocol() {
    return Protocol.HTTP1;
  }

  @Override
  protected Map<String, String> differences() {
    return UndertowContainer.DIFFERENCES;
  }
}
