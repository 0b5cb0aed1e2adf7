package dev.hangup.server.http3;

import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;

/// The server's certificate, for QUIC's own TLS; a new one after a reload. What a client sends
/// before the handshake is over (0-RTT) can be sent again by anybody, and is not taken.
///
/// Only the event loop of the socket.
final class QuicTls implements Function<QuicChannel, QuicSslEngine> {
  /// Where the certificate and its key come from.
  @FunctionalInterface
  interface Keys {
    KeyManagerFactory get() throws IOException;
  }

  private final Keys keys;
  private final Consumer<Exception> refused;
  private KeyManagerFactory tried; // the latest, good or not
  private QuicSslContext good;

  /// @param refused told why a new certificate cannot be used: the one before it stays
  QuicTls(Keys keys, Consumer<Exception> refused) throws IOException {
    this.keys = keys;
    this.refused = refused;
    this.tried = keys.get();
    this.good = context(tried);
  }

  @Override
  public QuicSslEngine apply(QuicChannel channel) {
    return context().newEngine(channel.alloc());
  }

  QuicSslContext context() {
    try {
      KeyManagerFactory latest = keys.get();
      if (latest != tried) {
        tried = latest;
        good = context(latest);
      }
    } catch (IOException | RuntimeException e) {
      refused.accept(e);
    }
    return good;
  }

  private static QuicSslContext context(KeyManagerFactory keys) {
    return QuicSslContextBuilder.forServer(keys, null)
        .applicationProtocols(Http3.supportedApplicationProtocols())
        .earlyData(false)
        .build();
  }
}
