package dev.hangup.server.http3;

import dev.hangup.testkit.Caller;
import dev.hangup.testkit.Leaving;
import java.io.IOException;

/// Netty's client, as the contract wants it.
final class Http3Caller implements Caller {
  private static final int REQUEST_CANCELLED = 0x10c;

  private final Http3Client client;
  private Http3Call last;

  Http3Caller(Http3Client client) {
    this.client = client;
  }

  @Override
  public void request(String method, String path, int announced, int sent) throws IOException {
    last =
        client.open(
            method,
            path,
            fields -> announced == 0 ? fields : fields.add("content-length", "" + announced));
    if (sent > 0) {
      last.send(new byte[sent]);
    }
    if (sent == announced) {
      last.end();
    }
  }

  @Override
  public void receiveByte() throws IOException {
    if (last.answer().body().length() != 1) {
      throw new IOException("not one byte");
    }
  }

  @Override
  public void receiveFirst() throws IOException {
    last.firstBytes();
  }

  @Override
  public void leave(Leaving manner) throws IOException {
    if (manner instanceof Leaving.StreamReset) {
      last.reset(REQUEST_CANCELLED);
    } else {
      client.close();
    }
  }
}
