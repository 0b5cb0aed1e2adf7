package dev.hangup.lab;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import dev.hangup.testkit.RawHttp2Client;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A bare socket that speaks HTTP/2. It gives up its stream, or ends the connection.
final class RawHttp2 implements Client {
  private final String leaving;
  private final Set<Integer> ended = new HashSet<>();
  private @Nullable RawHttp2Client connection;

  RawHttp2(Experiment experiment) {
    this.leaving = experiment.leaving();
  }

  @Override
  public Call begin(URI uri) throws IOException {
    RawHttp2Client client = connected(uri);
    int stream = client.request("GET", uri.getPath(), true);
    return new Call() {
      @Override
      public void leave() throws IOException {
        if (leaving.startsWith("rst-stream")) {
          client.reset(stream);
        } else {
          client.leave(leaving.equals("rst") ? new Leaving.Reset() : new Leaving.Close());
          connection = null;
        }
      }

      @Override
      public void awaitAnswer() throws IOException {
        while (!ended.contains(stream)) {
          RawHttp2Client.Frame frame = client.read();
          boolean data =
              frame.type() == RawHttp2Client.DATA || frame.type() == RawHttp2Client.HEADERS;
          if (data && (frame.flags() & RawHttp2Client.END_STREAM) != 0) {
            ended.add(frame.stream());
          }
          if (frame.type() == RawHttp2Client.RST_STREAM && frame.stream() == stream) {
            throw new IOException("the stream was reset");
          }
        }
      }
    };
  }

  private RawHttp2Client connected(URI uri) throws IOException {
    RawHttp2Client existing = connection;
    if (existing != null) {
      return existing;
    }
    RawClient socket = RawClient.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
    RawHttp2Client made =
        RawHttp2Client.over(uri.getScheme().equals("https") ? socket.overTls("h2") : socket);
    ended.clear();
    connection = made;
    return made;
  }

  @Override
  public void close() throws IOException {
    RawHttp2Client last = connection;
    if (last != null) {
      last.close();
    }
  }
}
