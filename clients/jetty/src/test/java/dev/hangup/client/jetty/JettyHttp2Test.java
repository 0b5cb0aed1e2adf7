package dev.hangup.client.jetty;

import dev.hangup.testkit.ClientContract;
import dev.hangup.testkit.Protocol;
import java.util.Map;

class JettyHttp2Test extends ClientContract {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP2;
  }

  @Override
  protected Client start(Setup setup) throws Exception {
    return JettyHarness.start(setup);
  }

  @Override
  protected int calls() {
    return 100;
  }

  @Override
  protected Map<String, String> differences() {
    return JettyHarness.DIFFERENCES;
  }
}
