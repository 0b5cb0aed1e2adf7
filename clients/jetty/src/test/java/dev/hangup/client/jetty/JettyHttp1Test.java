package dev.hangup.client.jetty;

import dev.hangup.testkit.ClientContract;
import dev.hangup.testkit.Protocol;
import java.util.Map;

class JettyHttp1Test extends ClientContract {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP1;
  }

  @Override
  protected Client start(Setup setup) throws Exception {
    return JettyHarness.start(setup);
  }

  @Override
  protected Map<String, String> differences() {
    return JettyHarness.DIFFERENCES;
  }
}
