package dev.hangup.spring;

import dev.hangup.testkit.ClientContract;
import dev.hangup.testkit.Protocol;
import java.util.Map;
import java.util.Set;

class RestClientHttp2TlsTest extends ClientContract {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP2_TLS;
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
  protected Map<String, String> differences() {
    String reason = "whether the head was handed on before the reset decides what Spring throws";
    return Map.of("sync, death", reason, "stream, death", reason);
  }

  @Override
  protected Client start(Setup setup) {
    return RestClientHarness.start(setup);
  }
}
