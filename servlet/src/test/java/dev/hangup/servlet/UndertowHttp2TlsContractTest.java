package dev.hangup.servlet;

import dev.hangup.testkit.Protocol;

class UndertowHttp2TlsContractTest extends UndertowHttp2ContractTest {
  @Override
  protected Protocol protocol() {
    return Protocol.HTTP2_TLS;
  }
}
