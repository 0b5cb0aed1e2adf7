package dev.hangup.server.http3;

import dev.hangup.server.Network;
import java.io.IOException;
import java.net.InetSocketAddress;

/// A program: clients that wait, each on a connection of its own. Ends with its input.
///
/// Arguments: for each client the path that it asks for.
final class Http3ClientMachine {
  private Http3ClientMachine() {}

  public static void main(String[] paths) throws IOException {
    InetSocketAddress server = new InetSocketAddress(Network.SERVER, Http3ServerMachine.PORT);
    for (int i = 0; i < paths.length; i++) {
      Http3Client.connect(server).get(paths[i] + "?name=h3" + paths[i] + "-" + i);
    }
    while (System.in.read() >= 0) {
      // whatever is said
    }
    System.exit(0);
  }
}
