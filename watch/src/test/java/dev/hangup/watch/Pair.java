package dev.hangup.watch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// A connection and both of its ends.
final class Pair implements AutoCloseable {
  final Socket client;
  final Socket connection;

  private Pair(Socket client, Socket connection) {
    this.client = client;
    this.connection = connection;
  }

  static Pair connect(ServerSocket server) throws IOException {
    return connect(server, server.getInetAddress());
  }

  static Pair connect(ServerSocket server, InetAddress address) throws IOException {
    Socket client = new Socket(address, server.getLocalPort());
    return new Pair(client, server.accept());
  }

  static Pair connectFrom(InetSocketAddress own, ServerSocket server) throws IOException {
    Socket client = new Socket();
    try {
      client.setReuseAddress(true);
      client.bind(own);
      client.connect(server.getLocalSocketAddress());
      return new Pair(client, server.accept());
    } catch (IOException e) {
      client.close();
      throw e;
    }
  }

  InetSocketAddress local() {
    return (InetSocketAddress) connection.getLocalSocketAddress();
  }

  InetSocketAddress remote() {
    return (InetSocketAddress) connection.getRemoteSocketAddress();
  }

  void reset() throws IOException {
    client.setSoLinger(true, 0);
    client.close();
  }

  @Override
  public void close() throws IOException {
    client.close();
    connection.close();
  }
}
