package dev.hangup.client.jdk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A server that takes one request, answers with what it is given, and then waits until its client
/// leaves.
final class HangingPeer implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final CompletableFuture<List<String>> head = new CompletableFuture<>();
  private final CompletableFuture<Boolean> left = new CompletableFuture<>();

  HangingPeer(String answer) throws IOException {
    Thread.ofVirtual().start(() -> serve(answer));
  }

  private void serve(String answer) {
    try (Socket socket = listener.accept()) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      List<String> lines = new ArrayList<>();
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        lines.add(line);
      }
      head.complete(lines);
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      left.complete(in.read() < 0);
    } catch (IOException reset) {
      left.complete(true);
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/");
  }

  /// The request line and header fields, once they have come.
  List<String> awaitRequest() throws Exception {
    return head.get(30, TimeUnit.SECONDS);
  }

  /// Waits until the client has left.
  boolean awaitLeft() throws Exception {
    return left.get(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
