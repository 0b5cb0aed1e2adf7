package dev.hangup.bench;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.Protocol;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.RawHttp2Client;
import java.io.IOException;
import java.net.InetSocketAddress;

/// A client that asks and leaves. It reads all that it is sent before: a close with unread bytes
/// would be a reset.
sealed interface Visitor extends AutoCloseable {

  /// Connects, and has something answered where the protocol itself brings no answer.
  static Visitor connect(InetSocketAddress server, Protocol protocol) throws IOException {
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
}
