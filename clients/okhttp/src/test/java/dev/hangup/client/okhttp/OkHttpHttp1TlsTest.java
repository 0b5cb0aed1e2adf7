package dev.hangup.client.okhttp;

import dev.hangup.testkit.ClientContract;
import dev.hangup.testkit.Protocol;
import java.util.Map;

class OkHttpHttp1TlsTest extends ClientContract {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP1_TLS;
  }

  @Override
  protected Client start(Setup setup) {
    return OkHttpHarness.start(setup);
  }

  @Override
  protected int calls() {
    return 100;
  }

  @Override
  protected Map<String, String> differences() {
    return OkHttpHarness.DIFFERENCES;
  }
}
