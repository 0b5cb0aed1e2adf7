package dev.hangup.testkit;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// TLS that trusts every certificate: for tests on loopback.
final class TrustingTls {
  private TrustingTls() {}

  static SSLSocket over(Socket transport, String protocol) throws IOException {
    try {
      SSLSocket socket =
          (SSLSocket)
              AnyCertificate.context()
                  .getSocketFactory()
                  .createSocket(transport, "localhost", transport.getPort(), true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {protocol});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket;
    } catch (GeneralSecurityException e) {
      throw new IOException("this JDK has no TLS", e);
    }
  }
}
