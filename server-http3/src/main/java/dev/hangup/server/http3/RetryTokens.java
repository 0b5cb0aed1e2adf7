package dev.hangup.server.http3;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Proves that a client gets what is sent to its address: RFC 9000 §8.1.2. A token is
///
/// ```
/// seconds (8) | HMAC-SHA256 of seconds, port, address and connection ID (its first 16) | connection ID
/// ```
///
/// good for ten seconds, from that address alone. The secret is the server's, and gone with it.
/// Half of the HMAC is what RFC 2104 §5 asks for; all of it would make tokens too long for Jetty's
/// client.
final class RetryTokens implements QuicTokenHandler {
  private static final int SECRET = 32;
  private static final int SIGNATURE = 16;
  private static final int HEAD = Long.BYTES + SIGNATURE;
  private static final long GOOD_SECONDS = 10;

  private final SecretKeySpec secret;
  private final LongSupplier seconds;

  RetryTokens() {
    this(() -> TimeUnit.NANOSECONDS.toSeconds(System.nanoTime()));
  }

  RetryTokens(LongSupplier seconds) {
    byte[] random = new byte[SECRET];
    new SecureRandom().nextBytes(random);
    this.secret = new SecretKeySpec(random, "HmacSHA256");
    this.seconds = seconds;
  }

  @Override
  public boolean writeToken(ByteBuf out, ByteBuf connection, InetSocketAddress address) {
    long now = seconds.getAsLong();
    out.writeLong(now).writeBytes(sign(now, address, connection));
    out.writeBytes(connection, connection.readerIndex(), connection.readableBytes());
    return true;
  }

  @Override
  public int validateToken(ByteBuf token, InetSocketAddress address) {
    if (token.readableBytes() <= HEAD) {
      return -1;
    }
    long made = token.getLong(token.readerIndex());
    long age = seconds.getAsLong() - made;
    byte[] signature = new byte[SIGNATURE];
    token.getBytes(token.readerIndex() + Long.BYTES, signature);
    ByteBuf connection = token.slice(token.readerIndex() + HEAD, token.readableBytes() - HEAD);
    boolean good = MessageDigest.isEqual(signature, sign(made, address, connection));
    return good && age >= 0 && age <= GOOD_SECONDS ? HEAD : -1;
  }

  @Override
  public int maxTokenLength() {
    return HEAD + Quic.MAX_CONN_ID_LEN;
  }

  private byte[] sign(long time, InetSocketAddress address, ByteBuf connection) {
    try {
      Mac mac = Mac.getInstance(secret.getAlgorithm());
      mac.init(secret);
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        mac.update((byte) (time >> shift));
      }
      mac.update((byte) address.getPort());
      mac.update((byte) (address.getPort() >> Byte.SIZE));
      byte[] host = address.getAddress().getAddress();
      mac.update((byte) host.length); // or the ID's first bytes could pass for an IPv6 address's
      mac.update(host);
      mac.update(connection.nioBuffer());
      return Arrays.copyOf(mac.doFinal(), SIGNATURE);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA256 is in every JDK", e);
    }
  }
}
