package dev.hangup.watch;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Streams that have the connection looked at when they fail, before anyone can close it: the
/// request may end before the kernel is asked.
final class LookingStreams {
  private LookingStreams() {}

  static InputStream in(InputStream stream, Runnable failed) {
    return new In(stream, failed);
  }

  static OutputStream out(OutputStream stream, Runnable failed) {
    return new Out(stream, failed);
  }

  private static final class In extends FilterInputStream {
    private final Runnable failed;

    In(InputStream stream, Runnable failed) {
      super(stream);
      this.failed = failed;
    }

    @Override
    public int read() throws IOException {
      try {
        return in.read();
      } catch (IOException e) {
        failed.run();
        throw e;
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return in.read(bytes, offset, length);
      } catch (IOException e) {
        failed.run();
        throw e;
      }
    }
  }

  private static final class Out extends FilterOutputStream {
    private final Runnable failed;

    Out(OutputStream stream, Runnable failed) {
      super(stream);
      this.failed = failed;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        failed.run();
        throw e;
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        out.flush();
      } catch (IOException e) {
        failed.run();
        throw e;
      }
    }
  }
}
