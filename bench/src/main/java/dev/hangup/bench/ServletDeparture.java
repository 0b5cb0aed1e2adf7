package dev.hangup.bench;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.Protocol;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;

/// What a client has sent to a servlet that only waits, and how it leaves.
enum ServletDeparture {
  CLOSE("close", Protocol.HTTP1),
  RESET("reset", Protocol.HTTP1),
  CLOSE_BEHIND_BODY("close behind 60 kB that nobody reads", Protocol.HTTP1),
  CLOSE_BEHIND_REQUEST("close behind a pipelined request", Protocol.HTTP1),
  CLOSE_TLS("close, TLS", Protocol.HTTP1_TLS),
  RESET_TLS("reset, TLS", Protocol.HTTP1_TLS),
  CLOSE_BEHIND_NGINX("close, at nginx in front", Protocol.HTTP1);

  private static final int BODY = 60_000;

  final String title;
  private final Protocol protocol;

  ServletDeparture(String title, Protocol protocol) {
    this.title = title;
    this.protocol = protocol;
  }

  Protocol protocol() {
    return protocol;
  }

  RawClient ask(InetSocketAddress address, String id) throws IOException {
    RawClient plain = RawClient.connect(address);
    RawClient client = protocol.isTls() ? plain.overTls("http/1.1") : plain;
    if (this == CLOSE_BEHIND_BODY) {
      client.send(
          "POST /wait/" + id + " HTTP/1.1\r\nHost: test\r\nContent-Length: " + BODY + "\r\n\r\n");
      return client.send(new byte[BODY]);
    }
    client.request("GET", "/wait/" + id);
    return this == CLOSE_BEHIND_REQUEST ? client.request("GET", "/") : client;
  }

  void leave(RawClient client) throws IOException {
    client.leave(this == RESET || this == RESET_TLS ? new Leaving.Reset() : new Leaving.Close());
  }
}
