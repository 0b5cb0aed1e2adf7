package dev.hangup.client.jdk;

import dev.hangup.testkit.ClientContract;

class JdkHttp1Test extends ClientContract {
  @Override
  protected Client start(Setup setup) {
    return JdkHarness.start(setup);
  }
}
