package dev.hangup.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// A connection and both of its ends.
record WatchPair(Socket client, Socket connection) implements AutoCloseable {
  static WatchPair connect(ServerSocket server) throws IOException {
    Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
    return new WatchPair(client, server.accept());
  }

  InetSocketAddress local() {
    return (InetSocketAddress) connection.getLocalSocketAddress();
  }

  InetSocketAddress remote() {
    return (InetSocketAddress) connection.getRemoteSocketAddress();
  }

  @Override
  public void close() throws IOException {
    client.close();
    connection.close();
  }
}
