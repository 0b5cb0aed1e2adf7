package dev.hangup.servlet;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.EOFException;
import java.io.IOException;

/// Reads through. Where a read fails, the connection is looked at: the request may end before the
/// kernel has been asked. A body that ends before its announced length, or with its stream's reset,
/// was cut short, although a container (Tomcat, over HTTP/2) may take that for its end.
final class TellingBody extends ServletInputStream {
  private final ServletInputStream in;
  private final ServletWork work;
  private long missing; // less than 0 where the length is not known

  TellingBody(ServletInputStream in, long length, ServletWork work) {
    this.in = in;
    this.missing = length;
    this.work = work;
  }

  @Override
  public int read() throws IOException {
    try {
      int read = in.read();
      return counted(read, read < 0 ? -1 : 1);
    } catch (IOException e) {
      throw work.failed(e);
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      int read = in.read(bytes, offset, length);
      return counted(read, read);
    } catch (IOException e) {
      throw work.failed(e);
    }
  }

  private int counted(int result, int count) throws EOFException {
    if (count < 0 && (missing > 0 || work.isCutShort())) {
      throw new EOFException("the body was cut short");
    }
    if (missing > 0) {
      missing -= count;
    }
    return result;
  }

  @Override
  public int available() throws IOException {
    return in.available();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  @Override
  public boolean isFinished() {
    return in.isFinished();
  }

  @Override
  public boolean isReady() {
    return in.isReady();
  }

  @Override
  public void setReadListener(ReadListener listener) {
    in.setReadListener(listener);
  }
}
