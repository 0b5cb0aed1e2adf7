package dev.hangup.server.http3;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.quic.Quic;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RetryTokensTest {
  private static final InetSocketAddress HERE = at("127.0.0.1", 1);

  private final AtomicLong clock = new AtomicLong(1_000);
  private final RetryTokens tokens = new RetryTokens(clock::get);
  private final ByteBuf connection = Unpooled.wrappedBuffer(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private ByteBuf token() {
    ByteBuf token = Unpooled.buffer(tokens.maxTokenLength());
    assertThat(tokens.writeToken(token, connection, HERE)).isTrue();
    return token;
  }

  @Test
  void tokenSaysForWhichConnectionItWas() {
    ByteBuf token = token();
    int offset = tokens.validateToken(token, HERE);
    assertThat(token.slice(offset, token.readableBytes() - offset)).isEqualTo(connection);
  }

  @Test
  void tokenOfAnotherAddressIsRefused() {
    assertThat(tokens.validateToken(token(), at("127.0.0.2", 1))).isNegative();
    assertThat(tokens.validateToken(token(), at("127.0.0.1", 2))).isNegative();
  }

  /// Nor does an ID of chosen bytes make one address of another.
  @Test
  void idDoesNotPassForPartOfTheAddress() throws UnknownHostException {
    byte[] id = new byte[20];
    for (int i = 0; i < id.length; i++) {
      id[i] = (byte) (i + 1);
    }
    ByteBuf token = Unpooled.buffer(tokens.maxTokenLength());
    tokens.writeToken(token, Unpooled.wrappedBuffer(id), HERE);
    byte[] address = Arrays.copyOf(HERE.getAddress().getAddress(), 16);
    System.arraycopy(id, 0, address, 4, 12);
    ByteBuf forged = Unpooled.buffer(tokens.maxTokenLength());
    forged.writeBytes(token, 0, token.readableBytes() - id.length).writeBytes(id, 12, 8);

    InetSocketAddress there = new InetSocketAddress(InetAddress.getByAddress(address), 1);
    assertThat(tokens.validateToken(forged, there)).isNegative();
  }

  @Test
  void oldTokenIsRefused() {
    ByteBuf token = token();
    clock.addAndGet(11);
    assertThat(tokens.validateToken(token, HERE)).isNegative();
  }

  @Test
  void changedTokenIsRefused() {
    for (int i = 0; i < token().readableBytes(); i++) {
      ByteBuf token = token();
      token.setByte(i, token.getByte(i) ^ 1);
      assertThat(tokens.validateToken(token, HERE)).isNegative();
    }
    assertThat(
            tokens.validateToken(
                token().slice(0, tokens.maxTokenLength() - Quic.MAX_CONN_ID_LEN), HERE))
        .isNegative();
    assertThat(new RetryTokens(clock::get).validateToken(token(), HERE)).isNegative();
  }
}
