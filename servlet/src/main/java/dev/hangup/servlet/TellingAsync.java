package dev.hangup.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/// An async context whose request and response tell of failures, as those of the request's thread
/// do. One that was started without them would give the container's own.
final class TellingAsync implements AsyncContext {
  private final AsyncContext context;
  private final ServletRequest request;
  private final ServletResponse response;

  private TellingAsync(AsyncContext context, ServletRequest request, ServletResponse response) {
    this.context = context;
    this.request = request;
    this.response = response;
  }

  /// Of one that was started with what its caller had: that tells already.
  static TellingAsync of(AsyncContext context) {
    return new TellingAsync(context, context.getRequest(), context.getResponse());
  }

  /// Of one that was started with the container's own.
  static TellingAsync ofOriginal(AsyncContext context, ServletWork work) {
    return new TellingAsync(
        context,
        new TellingRequest((HttpServletRequest) context.getRequest(), work),
        new TellingResponse((HttpServletResponse) context.getResponse(), work));
  }

  boolean isOf(AsyncContext other) {
    return context == other;
  }

  @Override
  public ServletRequest getRequest() {
    return request;
  }

  @Override
  public ServletResponse getResponse() {
    return response;
  }

  @Override
  public boolean hasOriginalRequestAndResponse() {
    return context.hasOriginalRequestAndResponse();
  }

  @Override
  public void dispatch() {
    context.dispatch();
  }

  @Override
  public void dispatch(String path) {
    context.dispatch(path);
  }

  @Override
  public void dispatch(ServletContext servlets, String path) {
    context.dispatch(servlets, path);
  }

  @Override
  public void complete() {
    context.complete();
  }

  @Override
  public void start(Runnable run) {
    context.start(run);
  }

  @Override
  public void addListener(AsyncListener listener) {
    context.addListener(listener);
  }

  @Override
  public void addListener(
      AsyncListener listener, ServletRequest request, ServletResponse response) {
    context.addListener(listener, request, response);
  }

  @Override
  public <T extends AsyncListener> T createListener(Class<T> type) throws ServletException {
    return context.createListener(type);
  }

  @Override
  public void setTimeout(long timeout) {
    context.setTimeout(timeout);
  }

  @Override
  public long getTimeout() {
    return context.getTimeout();
  }
}
