package dev.hangup.client.ahc;

import dev.hangup.testkit.ClientContract;
import dev.hangup.testkit.Protocol;
import java.util.Set;

class AhcHttp2TlsTest extends ClientContract {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP2_TLS;
  }

  @Override
  protected Client start(Setup setup) throws Exception {
    return AhcHarness.start(setup);
  }

  @Override
  protected Set<Mode> modes() {
    return AhcHarness.MODES;
  }

  @Override
  protected int calls() {
    return 500;
  }
}
