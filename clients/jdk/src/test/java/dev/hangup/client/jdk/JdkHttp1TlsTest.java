package dev.hangup.client.jdk;

import dev.hangup.testkit.ClientContract;
import dev.hangup.testkit.Protocol;

class JdkHttp1TlsTest extends ClientContract {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP1_TLS;
  }

  @Override
  protected int calls() {
    return 100;
  }

  @Override
  protected Client start(Setup setup) {
    return JdkHarness.start(setup);
  }
}
