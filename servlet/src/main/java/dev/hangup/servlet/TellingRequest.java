package dev.hangup.servlet;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A request whose body tells of reads that fail because the client has left. For the request's
/// thread.
final class TellingRequest extends HttpServletRequestWrapper {
  private final ServletWork work;
  private @Nullable ServletInputStream stream;

  TellingRequest(HttpServletRequest request, ServletWork work) {
    super(request);
    this.work = work;
  }

  @Override
  public ServletInputStream getInputStream() throws IOException {
    ServletInputStream telling = stream;
    if (telling == null) {
      telling = new TellingBody(super.getInputStream(), getContentLengthLong(), work);
      stream = telling;
    }
    return telling;
  }
}
