package dev.hangup.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A response whose stream tells of writes that fail. For the request's thread.
final class TellingResponse extends HttpServletResponseWrapper {
  private final ServletWork work;
  private @Nullable ServletOutputStream stream;

  TellingResponse(HttpServletResponse response, ServletWork work) {
    super(response);
    this.work = work;
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    ServletOutputStream telling = stream;
    if (telling == null) {
      telling = new TellingStream(super.getOutputStream(), work);
      stream = telling;
    }
    return telling;
  }

  @Override
  public void flushBuffer() throws IOException {
    try {
      super.flushBuffer();
    } catch (IOException e) {
      throw work.writeFailed(e);
    }
  }

  @Override
  public void reset() {
    super.reset();
    stream = null; // the container forgets which of stream and writer was taken
  }
}
