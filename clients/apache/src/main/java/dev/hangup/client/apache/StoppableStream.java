package dev.hangup.client.apache;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A body whose reads stop with the work. For one thread at a time, as the client's.
final class StoppableStream extends FilterInputStream {
  private final ClassicCall call;

  StoppableStream(InputStream body, ClassicCall call) {
    super(body);
    this.call = call;
  }

  @Override
  public int read() throws IOException {
    return ended(call.stoppable(in::read));
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return ended(call.stoppable(() -> in.read(bytes, offset, length)));
  }

  @Override
  public long skip(long n) throws IOException {
    return call.stoppable(() -> in.skip(n));
  }

  private int ended(int read) {
    if (read < 0) {
      call.over();
    }
    return read;
  }

  /// The client would read the rest before: of a connection that was closed it cannot.
  @Override
  public void close() throws IOException {
    call.over();
    try {
      super.close();
    } catch (IOException failure) {
      if (!call.isStopped()) {
        throw failure;
      }
    }
  }
}
