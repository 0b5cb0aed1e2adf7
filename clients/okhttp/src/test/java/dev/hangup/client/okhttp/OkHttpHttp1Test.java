package dev.hangup.client.okhttp;

import dev.hangup.testkit.ClientContract;
import dev.hangup.testkit.Protocol;
import java.util.Map;

class OkHttpHttp1Test extends ClientContract {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP1;
  }

  @Override
  protected Client start(Setup setup) {
    return OkHttpHarness.start(setup);
  }

  @Override
  protected Map<String, String> differences() {
    return OkHttpHarness.DIFFERENCES;
  }
}
