package dev.hangup.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.hangup.testkit.RawHttp2Client;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// An upstream that does to each connection whatever a test says.
final class RawUpstream implements AutoCloseable {
  final List<String> heads = new CopyOnWriteArrayList<>();
  final AtomicInteger accepted = new AtomicInteger();
  private final ServerSocket listener;
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  /// What it does to one connection, which is closed afterwards.
  interface Manner {
    void serve(RawUpstream self, Socket socket, int number) throws Exception;
  }

  private RawUpstream(Manner manner) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> accept(manner));
  }

  static RawUpstream start(Manner manner) throws IOException {
    return new RawUpstream(manner);
  }

  /// One that answers each connection's first request with this, and closes.
  static RawUpstream saying(String answer) throws IOException {
    return start((self, socket, _) -> {
      self.readHead(socket);
      say(socket, answer);
    });
  }

  static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  /// One that speaks HTTP/2 (RFC 9113 §3.4) and answers each connection's first request with these
  /// fields and this body, whatever the fields say of it.
  static RawUpstream saying(byte[] body, String... fields) throws IOException {
    return start((_, socket, _) -> {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      in.skipNBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length());
      OutputStream out = socket.getOutputStream();
      out.write(Http2Frames.bytes(0, 0, 0, 4, 0, 0, 0, 0, 0)); // SETTINGS
      int type = -1;
      int stream = 0;
      while (type != RawHttp2Client.HEADERS) {
        int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
        type = in.readUnsignedByte();
        in.skipNBytes(1);
        stream = in.readInt();
        in.skipNBytes(length);
      }
      out.write(Http2Frames.bytes(0, 0, 0, 4, 1, 0, 0, 0, 0)); // and its acknowledgement
      byte[] block = Http2Peer.block(fields);
      out.write(Http2Frames.bytes(0, 0, block.length, RawHttp2Client.HEADERS, 4, 0, 0, 0, stream));
      out.write(block);
      out.write(Http2Frames.bytes(0, 0, body.length, RawHttp2Client.DATA, 1, 0, 0, 0, stream));
      out.write(body);
      in.transferTo(OutputStream.nullOutputStream());
    });
  }

  private void accept(Manner manner) {
    try {
      while (true) {
        Socket socket = listener.accept();
        open.add(socket);
        int number = accepted.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(manner, socket, number));
      }
    } catch (IOException e) {
      assert listener.isClosed();
    }
  }

  private void serve(Manner manner, Socket socket, int number) {
    try (socket) {
      manner.serve(this, socket, number);
    } catch (Exception e) {
      heads.add(e.toString());
    }
  }

  /// Reads one request's head; empty if the proxy has closed.
  String readHead(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    heads.add(head.toString());
    return head.toString();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : new ArrayList<>(open)) {
      socket.close();
    }
  }
}
