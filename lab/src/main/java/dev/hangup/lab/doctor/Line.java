package dev.hangup.lab.doctor;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A connection to whatever answers first, and the manners of leaving it. For one thread.
final class Line implements AutoCloseable {
  private static final int LONGEST_HEAD = 64 * 1024;

  private final Socket transport;
  private final Socket socket;
  private final InputStream in;

  Line(Socket transport, Socket socket) throws IOException {
    this.transport = transport;
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  InputStream in() {
    return in;
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /// Up to and including the empty line that ends an answer's head.
  String readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < LONGEST_HEAD) {
      int c = in.read();
      if (c < 0) {
        break;
      }
      head.append((char) c);
      if (head.length() >= 4 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
        break;
      }
    }
    return head.toString();
  }

  /// Reads until a piece of the answer is there.
  boolean awaitText(String text) throws IOException {
    int matched = 0;
    for (int c = in.read(); c >= 0; c = in.read()) {
      matched = c == text.charAt(matched) ? matched + 1 : c == text.charAt(0) ? 1 : 0;
      if (matched == text.length()) {
        return true;
      }
    }
    return false;
  }

  /// What comes until the end, or until nothing more does; cut after some.
  String readSome() {
    StringBuilder some = new StringBuilder();
    try {
      for (int c = in.read(); c >= 0 && some.length() < 8192; c = in.read()) {
        some.append((char) c);
      }
    } catch (IOException over) {
      some.append(' '); // what there was before it was cut off is all that is wanted
    }
    return some.toString();
  }

  void readTimeout(int millis) throws IOException {
    transport.setSoTimeout(millis);
  }

  void leave(Leaving manner) throws IOException {
    switch (manner) {
      case CLOSE, CONNECTION_CLOSED -> {
        in.skipNBytes(in.available()); // or its kernel would send a reset
        socket.close();
      }
      case RESET -> {
        transport.setSoLinger(true, 0);
        transport.close();
      }
      case HALF_CLOSE -> socket.shutdownOutput();
      case STREAM_RESET, STAYS -> throw new IllegalArgumentException("manner: " + manner);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
