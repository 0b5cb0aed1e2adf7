package dev.hangup.client.jetty;

import dev.hangup.testkit.ClientContract;
import dev.hangup.testkit.Protocol;
import java.util.Map;

class JettyHttp2TlsTest extends ClientContract {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP2_TLS;
  }

  @Override
  protected Client start(Setup setup) throws Exception {
    return JettyHarness.start(setup);
  }

  @Override
  protected int calls() {
    return 500;
  }

  @Override
  protected Map<String, String> differences() {
    return JettyHarness.DIFFERENCES;
  }
}
