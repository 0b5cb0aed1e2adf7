package dev.hangup.spring;

import dev.hangup.CancelledException;
import dev.hangup.CancelReason;
import dev.hangup.Registration;
import dev.hangup.servlet.ServletWork;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.DeferredResultProcessingInterceptor;

/// Ends a [DeferredResult] when its request is cancelled, and so what is built on it: `SseEmitter`,
/// `ResponseBodyEmitter`, futures, reactive types.
///
/// To Spring it looks as if the container had told of a failed connection: `onError` and
/// `onCompletion` callbacks run, the next `send` throws [IOException].
final class HungUpResults implements DeferredResultProcessingInterceptor {
  private static final String REGISTRATION = HungUpResults.class.getName();

  @Override
  public <T> void preProcess(NativeWebRequest request, DeferredResult<T> result) {
    HttpServletRequest servlet = request.getNativeRequest(HttpServletRequest.class);
    Optional.ofNullable(servlet)
        .flatMap(ServletWork::of) // this thread may do something else just now
        .map(work -> work.cancellation().onCancel(reason -> end(request, result, reason)))
        .ifPresent(registration ->
            request.setAttribute(REGISTRATION, registration, RequestAttributes.SCOPE_REQUEST));
  }

  private static void end(NativeWebRequest request, DeferredResult<?> result, CancelReason reason) {
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

  @Override
  public <T> void afterCompletion(NativeWebRequest request, DeferredResult<T> result) {
    if (request.getAttribute(REGISTRATION, RequestAttributes.SCOPE_REQUEST)
        instanceof Registration registration) {
      registration.close();
    }
  }
}
