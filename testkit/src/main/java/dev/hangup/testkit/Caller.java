package dev.hangup.testkit;

import java.io.IOException;
import java.util.Locale;

/// A client of the [CancellationContract], of whatever protocol.
public interface Caller {

  /// Sends a request whose body is announced, but sent in part only.
  ///
  /// @param method for instance `GET`
  /// @param path of the request
  /// @param announced the body's length; 0 for none
  /// @param sent how much of it is sent
  /// @throws IOException if it cannot be sent
  void request(String method, String path, int announced, int sent) throws IOException;

  /// Takes a response of one byte.
  ///
  /// @throws IOException if it does not come
  void receiveByte() throws IOException;

  /// Takes a response's head and its first 1,024 bytes.
  ///
  /// @throws IOException if they do not come
  void receiveFirst() throws IOException;

  /// Leaves.
  ///
  /// @param manner how
  /// @throws IOException if it cannot
  void leave(Leaving manner) throws IOException;

  /// HTTP/1.1, in text.
  ///
  /// @param client its connection
  record Http1(RawClient client) implements Caller {
    @Override
    public void request(String method, String path, int announced, int sent) throws IOException {
      String length = announced == 0 ? "" : "Content-Length: " + announced + "\r\n";
      client.send(method + " " + path + " HTTP/1.1\r\nHost: test\r\n" + length + "\r\n");
      client.send(new byte[sent]);
    }

    @Override
    public void receiveByte() throws IOException {
      String head = client.readHead();
      if (head.toLowerCase(Locale.ROOT).contains("content-length: 1\r\n")) {
        client.skip(1);
      } else {
        while (skipChunk() > 0) {
          // the last one has no bytes
        }
      }
    }

    @Override
    public void receiveFirst() throws IOException {
      client.readHead();
      int bytes = 0;
      while (bytes < 1024) {
        int length = Integer.parseInt(client.readLine(), 16);
        client.skip(length);
        bytes += length;
        if (bytes < 1024 || client.isComing()) { // some send a chunk's end with the next one
          client.skip("\r\n".length());
        }
      }
    }

    /// RFC 9112 §7.1.
    private int skipChunk() throws IOException {
      int length = Integer.parseInt(client.readLine(), 16);
      client.skip(length + "\r\n".length());
      return length;
    }

    @Override
    public void leave(Leaving manner) throws IOException {
      client.leave(manner);
    }
  }

  /// HTTP/2, in frames.
  ///
  /// @param client its connection
  record Http2(RawHttp2Client client) implements Caller {
    @Override
    public void request(String method, String path, int announced, int sent) throws IOException {
      client.request(method, path, announced == 0);
      client.data(new byte[sent], announced > 0 && sent == announced);
    }

    @Override
    public void receiveByte() throws IOException {
      RawHttp2Client.Frame data = client.read(RawHttp2Client.DATA);
      while ((data.flags() & RawHttp2Client.END_STREAM) == 0) {
        data = client.read(RawHttp2Client.DATA);
      }
    }

    @Override
    public void receiveFirst() throws IOException {
      client.read(RawHttp2Client.DATA);
    }

    @Override
    public void leave(Leaving manner) throws IOException {
      client.leave(manner);
    }
  }
}
