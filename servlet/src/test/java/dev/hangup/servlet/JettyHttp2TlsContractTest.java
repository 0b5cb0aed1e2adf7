package dev.hangup.servlet;

import dev.hangup.testkit.Protocol;

class JettyHttp2TlsContractTest extends JettyHttp2ContractTest {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP2_TLS;
  }
}
