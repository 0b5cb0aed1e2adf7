package dev.hangup.spring;

import dev.hangup.testkit.ClientContract;
import dev.hangup.testkit.Protocol;
import java.util.Map;

class WebClientHttp1Test extends ClientContract {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP1;
  }

  @Override
  protected int calls() {
    return Integer.getInteger("hangup.aborts", 300);
  }

  @Override
  protected Map<String, String> differences() {
    return WebClientHarness.DIFFERENCES;
  }

  @Override
  protected Client start(Setup setup) {
    return WebClientHarness.start(setup);
  }
}
