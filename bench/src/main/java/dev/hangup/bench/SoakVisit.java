package dev.hangup.bench;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.Protocol;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.RawHttp2Client;
import dev.hangup.testkit.RawHttp2Client.Frame;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Locale;

/// A connection of `soak`, and what it asks for: an answer, one that takes its time, a stream, or
/// its upload back.
sealed interface SoakVisit {
  int KINDS = 4;
  String UPLOAD = "0123456789".repeat(1_000);

  static SoakVisit connect(InetSocketAddress server, Protocol protocol) throws IOException {
    RawClient plain = RawClient.connect(server);
    RawClient client =
        protocol.isTls() ? plain.overTls(protocol.isHttp2() ? "h2" : "http/1.1") : plain;
    return protocol.isHttp2() ? new Http2(client) : new Http1(client);
  }

  static String path(int kind) {
    return switch (kind) {
      case 0 -> "/";
      case 1 -> "/wait";
      case 2 -> "/stream";
      default -> "/echo";
    };
  }

  static void check(int kind, int status, long length) {
    long expected =
        switch (kind) {
          case 0 -> "fine".length();
          case 1 -> "waited".length();
          case 2 -> (long) SoakServer.PIECES * SoakServer.PIECE;
          default -> UPLOAD.length();
        };
    if (status != 200 || length != expected) {
      throw new IllegalStateException(
          "%s: status %d, %d bytes (expected: 200, %d)"
              .formatted(path(kind), status, length, expected));
    }
  }

  boolean isHttp2();

  void ask(int kind) throws IOException;

  /// Waits for the first of the answer.
  void awaitBeginning() throws IOException;

  /// Asks, and throws IllegalStateException if the answer is not as it is to be.
  void askAndCheck(int kind) throws IOException;

  void leave(Leaving manner) throws IOException;

  /// HTTP/1.1, in text.
  record Http1(RawClient client) implements SoakVisit {
    @Override
    public boolean isHttp2() {
      return false;
    }

    @Override
    public void ask(int kind) throws IOException {
      if (kind < KINDS - 1) {
        client.request("GET", path(kind));
      } else {
        client.send("POST /echo HTTP/1.1\r\nHost: test\r\n");
        client.send("Content-Length: " + UPLOAD.length() + "\r\n\r\n" + UPLOAD);
      }
    }

    @Override
    public void awaitBeginning() throws IOException {
      client.readHead();
    }

    @Override
    public void askAndCheck(int kind) throws IOException {
      ask(kind);
      String head = client.readHead();
      int status = head.length() < 12 ? -1 : Integer.parseInt(head.substring(9, 12));
      check(kind, status, body(head.toLowerCase(Locale.ROOT)));
    }

    private long body(String head) throws IOException {
      String name = "\r\ncontent-length: ";
      int at = head.indexOf(name);
      if (at >= 0) {
        int from = at + name.length();
        return client
            .read(Integer.parseInt(head.substring(from, head.indexOf("\r\n", from))))
            .length();
      }
      long length = 0;
      int chunk;
      do {
        chunk = Integer.parseInt(client.readLine(), 16);
        client.skip(chunk + 2);
        length += chunk;
      } while (chunk > 0);
      return length;
    }

    @Override
    public void leave(Leaving manner) throws IOException {
      client.leave(manner);
    }
  }

  /// HTTP/2, in frames.
  final class Http2 implements SoakVisit {
    private static final int WINDOW_UPDATE = 8;

    private final RawHttp2Client client;
    private int stream;

    Http2(RawClient connection) throws IOException {
      this.client = RawHttp2Client.over(connection);
    }

    @Override
    public boolean isHttp2() {
      return true;
    }

    @Override
    public void ask(int kind) throws IOException {
      boolean upload = kind == KINDS - 1;
      stream = client.request(upload ? "POST" : "GET", path(kind), !upload);
      if (upload) {
        client.data(UPLOAD.getBytes(java.nio.charset.StandardCharsets.US_ASCII), true);
      }
    }

    @Override
    public void awaitBeginning() throws IOException {
      take();
    }

    @Override
    public void askAndCheck(int kind) throws IOException {
      ask(kind);
      long length = 0;
      int status = -1;
      boolean last = false;
      while (!last) {
        Frame frame = take();
        if (frame.type() == RawHttp2Client.HEADERS) {
          status = frame.payload().get(0) == (byte) 0x88 ? 200 : 0; // RFC 7541 appendix A
        } else if (frame.type() == RawHttp2Client.DATA) {
          length += frame.payload().remaining();
        } else {
          throw new IllegalStateException(path(kind) + ": the stream was reset");
        }
        last = (frame.flags() & RawHttp2Client.END_STREAM) != 0;
      }
      check(kind, status, length);
    }

    /// The next frame of this stream. All DATA gives its part of the window back.
    private Frame take() throws IOException {
      Frame frame = client.read();
      boolean own = isOwn(frame);
      while (!own) {
        frame = client.read();
        own = isOwn(frame);
      }
      return frame;
    }

    private boolean isOwn(Frame frame) throws IOException {
      if (frame.type() == RawHttp2Client.GOAWAY) {
        throw new IOException("GOAWAY " + frame.payload().getInt(4));
      }
      if (frame.type() == RawHttp2Client.DATA && frame.payload().hasRemaining()) {
        ByteBuffer bytes = ByteBuffer.allocate(4).putInt(0, frame.payload().remaining());
        client.send(new Frame(WINDOW_UPDATE, 0, 0, bytes));
      }
      return frame.stream() == stream
          && (frame.type() <= RawHttp2Client.HEADERS || frame.type() == RawHttp2Client.RST_STREAM);
    }

    @Override
    public void leave(Leaving manner) throws IOException {
      client.leave(manner);
    }
  }
}
