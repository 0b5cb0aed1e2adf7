package dev.hangup.server;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/// A handshake in memory with a client that trusts everybody: a key that does not belong to its
/// certificate fails it, and a certificate that has expired is seen, here and not at the first
/// client's.
final class TlsTrial {
  private TlsTrial() {}

  /// Throws what the handshake fails with.
  static void run(SslContext server) throws IOException {
    SslContext trusting =
        SslContextBuilder.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE).build();
    EmbeddedChannel there = new EmbeddedChannel();
    EmbeddedChannel here = new EmbeddedChannel(server.newHandler(there.alloc()));
    SslHandler handshake = trusting.newHandler(there.alloc());
    there.pipeline().addLast(handshake);
    try {
      while (!handshake.handshakeFuture().isDone()) {
        if (!(pass(there, here) || pass(here, there))) {
          throw new IOException("a handshake with them does not come to an end");
        }
      }
      checkDates(handshake.engine().getSession().getPeerCertificates()[0]);
    } catch (DecoderException e) {
      throw new IOException("a handshake with them fails: " + e.getMessage(), e);
    } finally {
      here.finishAndReleaseAll();
      there.finishAndReleaseAll();
    }
  }

  private static void checkDates(Certificate certificate) throws IOException {
    if (certificate instanceof X509Certificate dated) {
      try {
        dated.checkValidity();
      } catch (CertificateException e) {
        throw new IOException(
            "the certificate is good from "
                + dated.getNotBefore().toInstant()
                + " to "
                + dated.getNotAfter().toInstant()
                + " only",
            e);
      }
    }
  }

  private static boolean pass(EmbeddedChannel from, EmbeddedChannel to) {
    boolean any = false;
    for (Object part = from.readOutbound(); part != null; part = from.readOutbound()) {
      to.writeInbound(part);
      any = true;
    }
    return any;
  }
}
