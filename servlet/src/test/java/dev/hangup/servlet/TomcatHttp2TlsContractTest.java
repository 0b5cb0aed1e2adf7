package dev.hangup.servlet;

import dev.hangup.testkit.Protocol;

class TomcatHttp2TlsContractTest extends TomcatHttp2ContractTest {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP2_TLS;
  }
}
