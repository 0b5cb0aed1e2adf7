package dev.hangup.servlet;

import dev.hangup.testkit.CancellationContract;
import dev.hangup.testkit.Protocol;
import java.util.Map;
import java.util.Optional;

class TomcatHttp2TlsContractTest extends CancellationContract {
  @Override
  protected Running start(Map<String, Endpoint> endpoints) throws Exception {
    return new TomcatContainer().serve(endpoints, protocol());
  }

  @Override
  protected Protocol protocol() {
    return Protocol.HTTP2_TLS;
  }

  @Override
  protected Optional<String> vagueness() {
    return Optional.of("it reads on, and may close the descriptor before the kernel is asked");
  }
}
