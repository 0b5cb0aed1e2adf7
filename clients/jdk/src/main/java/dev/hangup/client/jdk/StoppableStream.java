package dev.hangup.client.jdk;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A body whose reads stop with the work. For one thread at a time, as the client's.
final class StoppableStream extends FilterInputStream {
  private final Call<?> call;

  StoppableStream(InputStream body, Call<?> call) {
    super(body);
    this.call = call;
  }

  @Override
  public int read() throws IOException {
    return call.reading(in::read);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return call.reading(() -> in.read(bytes, offset, length));
  }

  @Override
  public byte[] readAllBytes() throws IOException {
    return call.reading(in::readAllBytes);
  }

  @Override
  public long skip(long n) throws IOException {
    return call.reading(() -> in.skip(n));
  }
}
