package dev.hangup.server.http3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A link between one client and a server, that can be cut; the server sees another address behind
/// it once it has moved.
final class Relay implements AutoCloseable {
  private final List<DatagramSocket> opened = new CopyOnWriteArrayList<>();
  private final DatagramSocket front;
  private volatile DatagramSocket back;
  private volatile InetSocketAddress client;
  private volatile boolean cut;

  Relay(InetSocketAddress server) throws IOException {
    front = open();
    move();
    carry(
        front,
        packet -> {
          client = (InetSocketAddress) packet.getSocketAddress();
          send(back, packet, server);
        });
  }

  private DatagramSocket open() throws IOException {
    DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    opened.add(socket);
    return socket;
  }

  InetSocketAddress address() {
    return (InetSocketAddress) front.getLocalSocketAddress();
  }

  /// What the client sends comes from another address from now on.
  void move() throws IOException {
    DatagramSocket next = open();
    back = next;
    carry(next, packet -> send(front, packet, client));
  }

  /// Nothing goes through any more, in either direction, and nobody is told.
  void cut() {
    cut = true;
  }

  private interface Way {
    void take(DatagramPacket packet) throws IOException;
  }

  private void send(DatagramSocket socket, DatagramPacket packet, InetSocketAddress to)
      throws IOException {
    if (!cut) {
      socket.send(new DatagramPacket(packet.getData(), packet.getLength(), to));
    }
  }

  private static void carry(DatagramSocket from, Way way) {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            while (true) {
              DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
              from.receive(packet);
              way.take(packet);
            }
          } catch (SocketException closed) {
            from.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Override
  public void close() {
    opened.forEach(DatagramSocket::close);
  }
}
