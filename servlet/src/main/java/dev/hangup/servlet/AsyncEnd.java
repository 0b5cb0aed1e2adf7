package dev.hangup.servlet;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;

/// Ends a request's work when its async context is complete. It is not waited for here: this may be
/// a thread of its own.
///
/// @param work the request's
record AsyncEnd(ServletWork work) implements AsyncListener {
  @Override
  public void onComplete(AsyncEvent event) {
    work.closeSoon();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    // the container completes it
  }

  @Override
  public void onError(AsyncEvent event) {
    // the container completes it
  }

  /// A context that is started again has lost its listeners: Jakarta Servlet 6 §2.3.3.3.
  @Override
  public void onStartAsync(AsyncEvent event) {
    event.getAsyncContext().addListener(this);
  }
}
