package dev.hangup.servlet;

import dev.hangup.testkit.CancellationContract;
import dev.hangup.testkit.Protocol;
import java.util.Map;

class JettyHttp1TlsContractTest extends CancellationContract {
  @Override
  protected Running start(Map<String, Endpoint> endpoints) throws Exception {
    return new JettyContainer().serve(endpoints, protocol());
  }

  @Override
  protected Protocol protocol() {
    return Protocol.HTTP1_TLS;
  }
}
