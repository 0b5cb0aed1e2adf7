package dev.hangup.client.apache;

import dev.hangup.testkit.ClientContract;
import dev.hangup.testkit.Protocol;
import java.util.Set;

class AsyncHttp1Test extends ClientContract {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP1;
  }

  @Override
  protected Client start(Setup setup) throws Exception {
    return AsyncHarness.start(setup);
  }

  @Override
  protected Set<Mode> modes() {
    return AsyncHarness.MODES;
  }
}
