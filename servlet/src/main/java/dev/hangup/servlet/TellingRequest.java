package dev.hangup.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A request whose body tells of reads that fail because the client has left, and whose async
/// context carries its work on. For the request's thread.
final class TellingRequest extends HttpServletRequestWrapper {
  private final ServletWork work;
  private @Nullable ServletInputStream stream;

  TellingRequest(HttpServletRequest request, ServletWork work) {
    super(request);
    this.work = work;
  }

  @Override
  public AsyncContext startAsync() {
    AsyncContext context = super.startAsync();
    work.continueIn(context); // before anyone could complete it
    return context;
  }

  @Override
  public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
    AsyncContext context = super.startAsync(request, response);
    work.continueIn(context);
    return context;
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
