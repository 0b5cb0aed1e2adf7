package dev.hangup.server.http3;

import dev.hangup.server.EngineHost;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import java.io.IOException;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;

/// The server's certificate, for QUIC's own TLS; a new one after a reload. What a client sends
/// before the handshake is over (0-RTT) can be sent again by anybody, and is not taken.
///
/// Only the event loop of the socket.
final class QuicTls implements Function<QuicChannel, QuicSslEngine> {
  private final EngineHost host;
  private Current current;

  QuicTls(EngineHost host) throws IOException {
    this.host = host;
    this.current = Current.of(host.keys());
  }

  @Override
  public QuicSslEngine apply(QuicChannel channel) {
    try {
      KeyManagerFactory keys = host.keys();
      if (keys != current.keys) {
        current = Current.of(keys);
      }
    } catch (IOException | IllegalArgumentException e) {
      host.note("the new certificate cannot be used for HTTP/3", e);
    }
    return current.context.newEngine(channel.alloc());
  }

  private record Current(KeyManagerFactory keys, QuicSslContext context) {
    static Current of(KeyManagerFactory keys) {
      QuicSslContext context =
          QuicSslContextBuilder.forServer(keys, null)
              .applicationProtocols(Http3.supportedApplicationProtocols())
              .earlyData(false)
              .build();
      return new Current(keys, context);
    }
  }
}
