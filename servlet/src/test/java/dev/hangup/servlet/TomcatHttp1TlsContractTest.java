package dev.hangup.servlet;

import dev.hangup.testkit.CancellationContract;
import dev.hangup.testkit.Protocol;
import java.util.Map;
import java.util.Optional;

class TomcatHttp1TlsContractTest extends CancellationContract {
  @Override
  protected Running start(Map<String, Endpoint> endpoints) throws Exception {
    return new TomcatContainer().serve(endpoints, protocol());
  }

  @Override
  protected Protocol protocol() {
    return Protocol.HTTP1_TLS;
  }

  @Override
  protected Optional<String> vagueness() {
    return Optional.of("a read that fails over TLS does not tell why");
  }
}
