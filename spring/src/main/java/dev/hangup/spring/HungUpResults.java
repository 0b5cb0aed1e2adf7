package dev.hangup.spring;

import dev.hangup.CancelReason;
import dev.hangup.CancelledException;
import dev.hangup.Registration;
import dev.hangup.servlet.ServletWork;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.DeferredResultProcessingInterceptor;
import org.springframework.web.servlet.AsyncHandlerInterceptor;

/// Ends a [DeferredResult] when its request is cancelled, and so what is built on it: `SseEmitter`,
/// `ResponseBodyEmitter`, futures, reactive types.
///
/// To Spring it looks as if the container had told of a failed connection: `onError` and
/// `onCompletion` callbacks run, the next `send` throws [IOException]. Not before all of it has
/// been started: an emitter that failed half way into its start would never tell that it is over.
final class HungUpResults implements DeferredResultProcessingInterceptor, AsyncHandlerInterceptor {
  private static final String STARTING = HungUpResults.class.getName() + ".starting";
  private static final String REGISTRATION = HungUpResults.class.getName() + ".registration";

  /// What is to be ended once it has been started.
  private record Started(NativeWebRequest request, DeferredResult<?> result) {
    void end(CancelReason reason) {
      IOException gone = new IOException(reason.toString(), new CancelledException(reason));
      if (!(request instanceof AsyncListener listener)) {
        result.setErrorResult(gone);
        return;
      }
      try {
        listener.onError(new AsyncEvent(null, null, null, gone)); // the context may be gone by now
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public <T> void preProcess(NativeWebRequest request, DeferredResult<T> result) {
    request.setAttribute(STARTING, new Started(request, result), RequestAttributes.SCOPE_REQUEST);
  }

  @Override
  public void afterConcurrentHandlingStarted(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (request.getAttribute(STARTING) instanceof Started started) {
      request.removeAttribute(STARTING);
      ServletWork.of(request)
          .map(work -> work.cancellation().onCancel(started::end))
          .ifPresent(registration -> request.setAttribute(REGISTRATION, registration));
    }
  }

  /// Spring holds its request's lock here, and an action in flight may wait for just that: it is
  /// not waited for. After this it does nothing, since the result has expired.
  @Override
  public <T> void afterCompletion(NativeWebRequest request, DeferredResult<T> result) {
    if (request.getAttribute(REGISTRATION, RequestAttributes.SCOPE_REQUEST)
        instanceof Registration registration) {
      Thread.ofVirtual().name("hangup-release").start(registration::close);
    }
  }
}
