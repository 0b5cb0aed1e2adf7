package dev.hangup.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;

/// Writes through, and tells of failures: a write that fails is a hang-up.
final class TellingStream extends ServletOutputStream {
  private final ServletOutputStream out;
  private final ServletWork work;

  TellingStream(ServletOutputStream out, ServletWork work) {
    this.out = out;
    this.work = work;
  }

  @Override
  public void write(int b) throws IOException {
    telling(() -> out.write(b));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    telling(() -> out.write(bytes, offset, length));
  }

  @Override
  public void flush() throws IOException {
    telling(out::flush);
  }

  @Override
  public void close() throws IOException {
    telling(out::close);
  }

  private void telling(Write write) throws IOException {
    try {
      write.run();
    } catch (IOException e) {
      throw work.writeFailed(e);
    }
  }

  @FunctionalInterface
  private interface Write {
    void run() throws IOException;
  }

  @Override
  public boolean isReady() {
    return out.isReady();
  }

  @Override
  public void setWriteListener(WriteListener listener) {
    out.setWriteListener(listener);
  }
}
