package dev.hangup.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Clients that have asked and wait, each on a connection of its own. For one thread.
final class InFlightClients implements AutoCloseable {
  private static final int OTHER_FILES = 1_000;

  private final List<SocketChannel> connections = new ArrayList<>();

  /// How many there can be: the server, which is under the same limit, needs as many files.
  static int most() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? Math.clamp(unix.getMaxFileDescriptorCount() - OTHER_FILES, 1, Integer.MAX_VALUE)
        : Integer.MAX_VALUE;
  }

  /// Adds so many, which ask for the path.
  void ask(int port, String path, int count) throws IOException {
    byte[] request =
        ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    for (int i = 0; i < count; i++) {
      SocketChannel connection = SocketChannel.open(address);
      connections.add(connection);
      connection.write(ByteBuffer.wrap(request));
    }
  }

  /// All leave. Returns when the last one did.
  long leave() throws IOException {
    for (SocketChannel connection : connections) {
      connection.close();
    }
    connections.clear();
    return System.nanoTime();
  }

  @Override
  public void close() throws IOException {
    var _ = leave();
  }
}
