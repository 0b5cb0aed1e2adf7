package dev.hangup.client.jdk;

import dev.hangup.testkit.ClientContract;
import dev.hangup.testkit.Protocol;

class JdkHttp2TlsTest extends ClientContract {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP2_TLS;
  }

  @Override
  protected int calls() {
    return 500;
  }

  @Override
  protected Client start(Setup setup) {
    return JdkHarness.start(setup);
  }
}
