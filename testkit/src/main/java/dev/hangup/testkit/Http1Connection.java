package dev.hangup.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A [Peer]'s connection that speaks HTTP/1.1: requests one after the other, without bodies.
final class Http1Connection {
  private final Peer peer;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private volatile @Nullable Exchange running;

  Http1Connection(Peer peer, Socket socket) throws IOException {
    this.peer = peer;
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /// Reads until the client leaves: also while a request runs, since only who reads hears.
  void serve() throws IOException {
    try {
      String line = readLine();
      while (line != null) {
        String path = line.split(" ", -1)[1];
        Map<String, String> fields = new HashMap<>();
        for (String field = readLine(); field != null && !field.isEmpty(); field = readLine()) {
          String[] parts = field.split(":", 2);
          fields.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
        }
        Exchange exchange = new Http1Exchange(path, fields);
        running = exchange;
        peer.received(exchange);
        line = readLine();
      }
      left(new Leaving.Close());
    } catch (IOException e) {
      left(new Leaving.Reset());
      throw e;
    }
  }

  private void left(Leaving manner) {
    Exchange exchange = running;
    if (exchange != null) {
      exchange.leave(Sight.of(manner));
    }
  }

  private @Nullable String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        return null;
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// A request on this connection.
  private final class Http1Exchange extends Exchange {
    Http1Exchange(String path, Map<String, String> fields) {
      super(path, fields, Http1Connection.this);
    }

    @Override
    void head() throws IOException {
      write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    @Override
    void data(byte[] bytes) throws IOException {
      byte[] head =
          (Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      ByteArrayOutputStream chunk = new ByteArrayOutputStream(bytes.length + head.length + 2);
      chunk.write(head);
      chunk.write(bytes);
      chunk.write('\r');
      chunk.write('\n');
      out.write(chunk.toByteArray());
    }

    @Override
    void end() throws IOException {
      running = null; // the client may leave now, and nobody is to be told
      write("0\r\n\r\n");
    }

    @Override
    void garbage() throws IOException {
      write("\0\1\2 this is no HTTP\r\n\r\n");
      socket.close();
    }

    @Override
    void die() throws IOException {
      socket.close();
    }
  }
}
