package dev.hangup.server.http3;

import dev.hangup.testkit.Caller;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.eclipse.jetty.http3.client.HTTP3Client;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/// The contract once more, by a client of other people.
@Timeout(60)
class JettyContractTest extends Http3ContractTest {
  private static HTTP3Client jetty;

  @BeforeAll
  @Timeout(60)
  static void startClient() throws Exception {
    jetty = JettyCaller.start();
  }

  @AfterAll
  static void stopClient() throws Exception {
    jetty.close();
  }

  /// It needs half a second to connect and to leave.
  @Override
  protected int trials() {
    return Integer.getInteger("hangup.trials", 2);
  }

  @Override
  protected Caller connect(InetSocketAddress server, int receiveBuffer) throws IOException {
    return JettyCaller.connect(jetty, server, receiveBuffer == 0 ? 1 << 20 : receiveBuffer);
  }
}
