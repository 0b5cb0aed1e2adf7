package dev.hangup.client.apache;

import dev.hangup.testkit.ClientContract;
import dev.hangup.testkit.Protocol;
import java.util.Set;

class ClassicHttp1Test extends ClientContract {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP1;
  }

  @Override
  protected Client start(Setup setup) throws Exception {
    return ClassicHarness.start(setup);
  }

  @Override
  protected Set<Mode> modes() {
    return ClassicHarness.MODES;
  }
}
