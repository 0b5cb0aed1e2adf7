package dev.hangup.spring;

import dev.hangup.testkit.ClientContract;
import dev.hangup.testkit.Protocol;
import java.util.Set;

class RestClientHttp1Test extends ClientContract {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP1;
  }

  @Override
  protected Set<Mode> modes() {
    return RestClientHarness.MODES;
  }

  @Override
  protected int calls() {
    return Integer.getInteger("hangup.aborts", 300);
  }

  @Override
  protected Client start(Setup setup) {
    return RestClientHarness.start(setup);
  }
}
