package dev.hangup.servlet;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/// Ends a request's work when its async context is complete. It is not waited for here: this may be
/// a thread of its own.
///
/// @param work the request's
record AsyncEnd(ServletWork work) implements AsyncListener {
  @Override
  public void onComplete(AsyncEvent event) {
    ServletResponse response = event.getSuppliedResponse();
    if (response != null) {
      work.answered(response);
    }
    work.closeSoon();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    // the container completes it
  }

  /// The container completes it; it may hear of a write that failed before who wrote does.
  @Override
  public void onError(AsyncEvent event) {
    if (event.getThrowable() instanceof IOException failure) {
      work.failed(failure);
    }
  }

  /// A context that is started again has lost its listeners: Jakarta Servlet 6 §2.3.3.3.
  @Override
  public void onStartAsync(AsyncEvent event) {
    event.getAsyncContext().addListener(this);
  }
}
