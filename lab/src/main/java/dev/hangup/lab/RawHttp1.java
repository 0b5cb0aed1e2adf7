package dev.hangup.lab;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// A bare socket that speaks HTTP/1.1. It leaves by FIN, RST, or by ending its sending alone;
/// behind a request or a body that nobody has read, if that is its manner.
final class RawHttp1 implements Client {
  private static final int BODY = 60_000;

  private final String leaving;
  private final List<RawClient> open = new ArrayList<>();

  RawHttp1(Experiment experiment) {
    this.leaving = experiment.leaving();
  }

  @Override
  public Call begin(URI uri) throws IOException {
    RawClient client = RawClient.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
    open.add(client);
    if (leaving.equals("fin-behind-body")) {
      client.send(
          "POST %s HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n"
              .formatted(uri.getPath(), BODY));
      client.send(new byte[BODY]);
    } else {
      client.request("GET", uri.getPath());
    }
    return new Call() {
      @Override
      public void leave() throws IOException {
        switch (leaving) {
          case "half-close" -> client.halfClose();
          case "rst", "rst-in-stream", "rst-before-download" -> client.leave(new Leaving.Reset());
          case "fin-behind-request" ->
              client.request("GET", "/work/behind/1").leave(new Leaving.Close());
          default -> client.leave(new Leaving.Close());
        }
      }

      @Override
      public void awaitAnswer() throws IOException {
        String head = client.readResponse();
        while (head.startsWith("HTTP/1.1 1")) {
          head = client.readResponse();
        }
        if (!head.startsWith("HTTP/1.1 200")) {
          throw new IOException("answered: " + head.lines().findFirst().orElse("nothing"));
        }
      }
    };
  }

  @Override
  public void close() throws IOException {
    for (RawClient client : open) {
      client.close();
    }
  }
}
