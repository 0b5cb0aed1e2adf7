package dev.hangup.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/// What a client of the [CancellationContract] speaks.
public enum Protocol {
  /// HTTP/1.1 over TCP.
  HTTP1(false),
  /// HTTP/1.1 over TLS.
  HTTP1_TLS(true),
  /// HTTP/2 over TCP, with prior knowledge.
  HTTP2(false),
  /// HTTP/2 over TLS, by ALPN.
  HTTP2_TLS(true);

  private final boolean tls;

  Protocol(boolean tls) {
    this.tls = tls;
  }

  /// Tells whether it runs over TLS.
  ///
  /// @return true for a client that needs the server's TLS port
  public boolean isTls() {
    return tls;
  }

  /// Tells whether many requests share a connection.
  ///
  /// @return true for a client that speaks in frames
  public boolean isHttp2() {
    return this == HTTP2 || this == HTTP2_TLS;
  }

  /// The manners of leaving that it has.
  List<Leaving> leavings() {
    List<Leaving> both = List.of(new Leaving.Close(), new Leaving.Reset());
    return isHttp2() ? List.of(both.get(0), both.get(1), new Leaving.StreamReset()) : both;
  }

  Caller connect(InetSocketAddress server, int receiveBuffer) throws IOException {
    RawClient plain = RawClient.connect(server, receiveBuffer);
    RawClient client = tls ? plain.overTls(isHttp2() ? "h2" : "http/1.1") : plain;
    return isHttp2() ? new Caller.Http2(RawHttp2Client.over(client)) : new Caller.Http1(client);
  }
}
