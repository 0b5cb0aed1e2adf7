package dev.hangup.bench;

import dev.hangup.server.http3.Http3Call;
import dev.hangup.server.http3.Http3Client;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.Protocol;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.RawHttp2Client;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// A client that asks and leaves. It reads all that it is sent before: a close with unread bytes
/// would be a reset.
sealed interface Visitor extends AutoCloseable {

  /// Connects, and has something answered where the protocol itself brings no answer.
  static Visitor connect(InetSocketAddress server, Speech speech) throws IOException {
    Protocol protocol = speech.protocol;
    if (protocol == null) {
      return new Http3(Http3Client.connect(server));
    }
    RawClient plain = RawClient.connect(server);
    RawClient client =
        protocol.isTls() ? plain.overTls(protocol.isHttp2() ? "h2" : "http/1.1") : plain;
    if (protocol.isHttp2()) {
      return new Http2(RawHttp2Client.over(client));
    }
    client.request("GET", "/").readResponse();
    return new Http1(client);
  }

  void ask(String path) throws IOException;

  /// Takes a stream's first byte.
  void receiveByte() throws IOException;

  void leave(Leaving manner) throws IOException;

  @Override
  void close() throws IOException;

  /// HTTP/1.1, in text.
  record Http1(RawClient client) implements Visitor {
    @Override
    public void ask(String path) throws IOException {
      client.request("GET", path);
    }

    @Override
    public void receiveByte() throws IOException {
      client.readHead();
      client.skip("1\r\n!\r\n".length());
    }

    @Override
    public void leave(Leaving manner) throws IOException {
      client.leave(manner);
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  /// HTTP/2, in frames.
  record Http2(RawHttp2Client client) implements Visitor {
    @Override
    public void ask(String path) throws IOException {
      client.request("GET", path, true);
    }

    @Override
    public void receiveByte() throws IOException {
      client.read(RawHttp2Client.DATA);
    }

    @Override
    public void leave(Leaving manner) throws IOException {
      client.leave(manner);
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  /// HTTP/3, by Netty's client.
  final class Http3 implements Visitor {
    private static final int REQUEST_CANCELLED = 0x10c; // RFC 9114 §8.1

    private final Http3Client client;
    private @Nullable Http3Call last;

    Http3(Http3Client client) {
      this.client = client;
    }

    private Http3Call last() throws IOException {
      Http3Call asked = last;
      if (asked == null) {
        throw new IOException("nothing was asked");
      }
      return asked;
    }

    @Override
    public void ask(String path) throws IOException {
      last = client.get(path);
    }

    @Override
    public void receiveByte() throws IOException {
      int _ = last().firstBytes();
    }

    @Override
    public void leave(Leaving manner) throws IOException {
      switch (manner) {
        case Leaving.Close _ -> client.close();
        case Leaving.StreamReset _ -> last().reset(REQUEST_CANCELLED);
        case Leaving.Reset _ -> throw new IllegalArgumentException("QUIC knows no reset");
      }
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
