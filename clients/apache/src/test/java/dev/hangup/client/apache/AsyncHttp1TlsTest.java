package dev.hangup.client.apache;

import dev.hangup.testkit.ClientContract;
import dev.hangup.testkit.Protocol;
import java.util.Set;

class AsyncHttp1TlsTest extends ClientContract {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP1_TLS;
  }

  @Override
  protected Client start(Setup setup) throws Exception {
    return AsyncHarness.start(setup);
  }

  @Override
  protected Set<Mode> modes() {
    return AsyncHarness.MODES;
  }

  @Override
  protected int calls() {
    return 100;
  }
}
