package dev.hangup.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A hop of TCP before a server, for one connection: what the server sends takes its time, and
/// meets the end of a client that is gone here, not at the server.
final class TcpHop implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Socket server;
  private final int delayMillis;

  private TcpHop(InetSocketAddress server, int delayMillis) throws IOException {
    this.server = new Socket(server.getAddress(), server.getPort());
    this.delayMillis = delayMillis;
  }

  static TcpHop to(InetSocketAddress server, int delayMillis) throws IOException {
    TcpHop hop = new TcpHop(server, delayMillis);
    var _ = hop.threads.submit(hop::pass);
    return hop;
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  private Void pass() throws IOException {
    try (server;
        Socket client = listener.accept()) {
      var _ = threads.submit(() -> passRequests(client));
      InputStream in = server.getInputStream();
      byte[] block = new byte[1 << 10];
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        Harness.pause(delayMillis);
        client.getOutputStream().write(block, 0, n);
      }
      return null;
    }
  }

  private Void passRequests(Socket client) throws IOException {
    client.getInputStream().transferTo(server.getOutputStream());
    server.shutdownOutput();
    return null;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    server.close();
    threads.close();
  }
}
