package dev.hangup.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/// A client that says exactly what it is told to, and leaves in the manner it is told to. For one
/// thread.
public final class RawClient implements AutoCloseable {
  private final Socket transport;
  private final Socket socket;
  private final InputStream in;

  private RawClient(Socket transport, Socket socket) throws IOException {
    this.transport = transport;
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /// Connects. Reads give up after 30 s.
  ///
  /// @param server where to
  /// @return a connected client
  /// @throws IOException if nobody listens
  public static RawClient connect(InetSocketAddress server) throws IOException {
    return connect(server, 0);
  }

  /// Connects with a small window, so that a server that sends much must soon wait.
  ///
  /// @param server where to
  /// @param receiveBuffer in bytes, 0 for the system's default
  /// @return a connected client
  /// @throws IOException if nobody listens
  public static RawClient connect(InetSocketAddress server, int receiveBuffer) throws IOException {
    Socket socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
    socket.connect(server);
    return new RawClient(socket, socket);
  }

  /// Goes on over TLS, trusting whatever certificate the server has.
  ///
  /// @param protocol what to offer by ALPN, `h2` or `http/1.1`
  /// @return a client for the same connection
  /// @throws IOException if the handshake fails
  public RawClient overTls(String protocol) throws IOException {
    return new RawClient(transport, TrustingTls.over(transport, protocol));
  }

  boolean isOverTls() {
    return socket != transport;
  }

  /// Sends text as ISO-8859-1.
  ///
  /// @param text for instance `GET / HTTP/1.1\r\nHost: test\r\n\r\n`
  /// @return this
  /// @throws IOException if the server is gone
  public RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// Sends bytes.
  ///
  /// @param bytes what to send
  /// @return this
  /// @throws IOException if the server is gone
  public RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /// Sends the head of a request without a body.
  ///
  /// @param method for instance `GET`
  /// @param target for instance `/`
  /// @return this
  /// @throws IOException if the server is gone
  public RawClient request(String method, String target) throws IOException {
    return send(method + " " + target + " HTTP/1.1\r\nHost: test\r\n\r\n");
  }

  /// Reads a response's head.
  ///
  /// @return up to and including the empty line; what there was where the connection ended before
  /// @throws IOException if the connection was reset or nothing came for 30 s
  public String readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      head.append((char) c);
      if (c == '\n' && head.length() >= 4 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
        break;
      }
    }
    return head.toString();
  }

  /// Reads a response that has a Content-Length.
  ///
  /// @return head and body
  /// @throws IOException if the connection was reset or nothing came for 30 s
  public String readResponse() throws IOException {
    String head = readHead();
    int at = head.toLowerCase(Locale.ROOT).indexOf("content-length:");
    if (at < 0) {
      return head;
    }
    String value = head.substring(at + "content-length:".length(), head.indexOf("\r\n", at));
    byte[] body = in.readNBytes(Integer.parseInt(value.strip()));
    return head + new String(body, StandardCharsets.UTF_8);
  }

  /// Reads until the server closes.
  ///
  /// @return all that came
  /// @throws IOException if the connection was reset or nothing came for 30 s
  public String readAll() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    in.transferTo(all);
    return all.toString(StandardCharsets.UTF_8);
  }

  /// Reads a line, as of a chunk's length.
  ///
  /// @return without its line break; what there was where the connection ended before
  /// @throws IOException if the connection was reset or nothing came for 30 s
  public String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().stripTrailing();
  }

  /// Reads as much as is asked for.
  ///
  /// @param count how many bytes
  /// @return the bytes as UTF-8; fewer where the connection ended before
  /// @throws IOException if the connection was reset or nothing came for 30 s
  public String read(int count) throws IOException {
    return new String(in.readNBytes(count), StandardCharsets.UTF_8);
  }

  /// Reads and drops.
  ///
  /// @param count how many bytes
  /// @throws IOException if the connection was reset or nothing came for 30 s
  public void skip(int count) throws IOException {
    in.skipNBytes(count);
  }

  /// Whether more comes within half a second.
  ///
  /// @return false also where the connection has ended
  /// @throws IOException if the connection was reset
  boolean isComing() throws IOException {
    int patience = socket.getSoTimeout();
    socket.setSoTimeout(500);
    try {
      in.mark(1);
      boolean comes = in.read() >= 0;
      in.reset();
      return comes;
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(patience);
    }
  }

  /// Ends sending, and goes on reading.
  ///
  /// @throws IOException if the connection is gone
  public void halfClose() throws IOException {
    socket.shutdownOutput();
  }

  /// Leaves.
  ///
  /// @param manner how
  /// @throws IOException if the socket cannot be closed
  public void leave(Leaving manner) throws IOException {
    switch (manner) {
      case Leaving.Close _ -> socket.close();
      case Leaving.Reset _ -> {
        transport.setSoLinger(true, 0);
        transport.close();
      }
      case Leaving.StreamReset _ ->
          throw new IllegalArgumentException("a connection has no streams to reset");
    }
  }

  InputStream in() {
    return in;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
