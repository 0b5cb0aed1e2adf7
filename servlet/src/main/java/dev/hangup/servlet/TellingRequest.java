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
/// context carries its work on, and has a response that tells, too. For the request's thread.
final class TellingRequest extends HttpServletRequestWrapper {
  private final ServletWork work;
  private @Nullable TellingAsync async;

  TellingRequest(HttpServletRequest request, ServletWork work) {
    super(request);
    this.work = work;
  }

  @Override
  public AsyncContext startAsync() {
    AsyncContext context = super.startAsync();
    return telling(TellingAsync.ofOriginal(context, work), context);
  }

  @Override
  public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
    AsyncContext context = super.startAsync(request, response);
    return telling(TellingAsync.of(context), context);
  }

  private AsyncContext telling(TellingAsync telling, AsyncContext context) {
    work.continueIn(context, getRequest()); // before anyone could complete it
    async = telling;
    return telling;
  }

  @Override
  public AsyncContext getAsyncContext() {
    AsyncContext context = super.getAsyncContext();
    TellingAsync telling = async;
    return telling != null && telling.isOf(context) ? telling : context;
  }

  @Override
  public @Nullable Object getAttribute(String name) {
    return name.equals(ServletWork.ATTRIBUTE) ? work : super.getAttribute(name);
  }

  @Override
  public ServletInputStream getInputStream() throws IOException {
    return work.body(super.getInputStream(), getContentLengthLong());
  }
}
