package dev.hangup.spring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A service that the application calls: it answers as the path says, and tells what its socket
/// sees of the caller.
final class Downstream implements AutoCloseable {
  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";

  private final ServerSocket listener;
  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

  Downstream() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /// One call.
  ///
  /// @param head the request line and the header fields
  /// @param left whether the caller closed its connection
  record Call(List<String> head, CompletableFuture<Boolean> left) {
    boolean awaitLeft() throws Exception {
      return left.get(30, TimeUnit.SECONDS);
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket caller = listener.accept();
        Thread.ofVirtual().start(() -> serve(caller));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void serve(Socket caller) {
    CompletableFuture<Boolean> left = new CompletableFuture<>();
    try (caller) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(caller.getInputStream(), StandardCharsets.US_ASCII));
      List<String> head = new ArrayList<>();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        head.add(line);
      }
      if (head.isEmpty()) {
        return;
      }
      write(caller, answer(head.getFirst()));
      calls.add(new Call(head, left));
      if (head.getFirst().contains("/drip")) {
        Thread.ofVirtual().start(() -> drip(caller));
      }
      while (in.read() >= 0) {
        // a request's body
      }
      left.complete(true);
    } catch (IOException reset) {
      left.complete(true);
    }
  }

  /// As long as the caller is there.
  private static void drip(Socket caller) {
    try {
      while (true) {
        write(caller, "1\r\n.\r\n");
        LockSupport.parkNanos(1_000_000);
      }
    } catch (IOException left) {
      // who reads from it tells
    }
  }

  private static String answer(String requestLine) {
    return switch (requestLine.split(" ", -1)[1]) {
      case "/silent" -> "";
      case "/half", "/drip" -> HEAD + "Transfer-Encoding: chunked\r\n\r\n6\r\nhalf a\r\n";
      case "/whole" -> HEAD + "Content-Length: 5\r\nConnection: close\r\n\r\nwhole";
      default -> "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    };
  }

  private static void write(Socket caller, String answer) throws IOException {
    caller.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /// The next call, once all that it gets was sent.
  Call next() throws InterruptedException {
    Call call = calls.poll(30, TimeUnit.SECONDS);
    if (call == null) {
      throw new AssertionError("nobody called");
    }
    return call;
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
