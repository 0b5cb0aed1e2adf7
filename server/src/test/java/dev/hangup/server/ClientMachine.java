package dev.hangup.server;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.RawHttp2Client;
import dev.hangup.testkit.RawHttp2Client.Frame;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A program: many clients that wait, each on a connection of its own, and tell by a line when it
/// ends. Ends with its input.
///
/// Arguments: the port and the TLS port, and for each group `COUNT KIND PATH`. KIND is `h1`, `tls`
/// (HTTP/1.1 over it), `h2`, `deaf`, which reads nothing, or `half`, which ends its sending at once
/// and leaves seconds later. A client is called KIND, PATH, `-` and its number.
final class ClientMachine {
  /// In seconds: later than the last probe of a half-close.
  static final int LEAVES_AFTER = 8;

  private ClientMachine() {}

  public static void main(String[] arguments) throws IOException {
    InetSocketAddress plain = new InetSocketAddress(Network.SERVER, Integer.parseInt(arguments[0]));
    InetSocketAddress secure =
        new InetSocketAddress(Network.SERVER, Integer.parseInt(arguments[1]));
    for (int group = 2; group < arguments.length; group += 3) {
      String kind = arguments[group + 1];
      String path = arguments[group + 2];
      for (int i = 0; i < Integer.parseInt(arguments[group]); i++) {
        String name = kind + path + "-" + i;
        Thread.ofPlatform().start(() -> run(name, kind, path, kind.equals("tls") ? secure : plain));
        LockSupport.parkNanos(30_000_000); // not all in step
      }
    }
    while (System.in.read() >= 0) {
      // whatever is said
    }
    System.exit(0);
  }

  private static void run(String name, String kind, String path, InetSocketAddress server) {
    String target = path + "?name=" + name;
    try {
      switch (kind) {
        case "h2" -> http2(RawClient.connect(server), target);
        case "tls" -> read(RawClient.connect(server).overTls("http/1.1").request("GET", target));
        case "deaf" -> {
          RawClient client = RawClient.connect(server, 4096).request("GET", target);
          while (true) {
            LockSupport.park(client);
          }
        }
        case "half" -> {
          RawClient client = RawClient.connect(server).request("GET", target);
          client.halfClose();
          LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(LEAVES_AFTER));
          client.leave(new Leaving.Close());
        }
        default -> read(RawClient.connect(server).request("GET", target));
      }
    } catch (IOException e) {
      System.out.println("ENDED " + name + " " + e);
    }
  }

  private static void read(RawClient client) throws IOException {
    while (true) {
      try {
        client.skip(1);
      } catch (SocketTimeoutException e) {
        // nothing came for a while: it waits on
      }
    }
  }

  private static void http2(RawClient transport, String target) throws IOException {
    RawHttp2Client client = RawHttp2Client.over(transport);
    int _ = client.request("GET", target, true);
    while (true) {
      try {
        Frame frame = client.read();
        if (frame.type() == RawHttp2Client.PING && frame.flags() == 0) {
          client.send(
              new Frame(RawHttp2Client.PING, RawHttp2Client.END_STREAM, 0, frame.payload()));
        }
      } catch (SocketTimeoutException e) {
        // it waits on
      }
    }
  }
}
