package dev.hangup.client.apache;

import dev.hangup.testkit.ClientContract;
import dev.hangup.testkit.Protocol;
import java.util.Map;
import java.util.Set;

class AsyncHttp2Test extends ClientContract {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP2;
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

  @Override
  protected Map<String, String> differences() {
    return AsyncHarness.HTTP2;
  }
}
