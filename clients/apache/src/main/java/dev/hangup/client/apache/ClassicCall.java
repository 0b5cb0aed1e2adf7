package dev.hangup.client.apache;

import dev.hangup.Abort;
import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.DeadlineFields;
import dev.hangup.Op;
import dev.hangup.Registration;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.Configurable;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/// One blocking call, until its response has been read or closed; of a copy of the request: any
/// request can be executed, not all can be cancelled, and the caller's own is not to carry our
/// field. Cancelling the caller's cancels the copy.
///
/// A cancel is never lost, for a copy that was cancelled cancels whatever it comes to wait for; and
/// never late, for one whose connection has gone back to the pool has nothing to cancel any more.
///
/// **Thread safety**: cancelled by any thread.
final class ClassicCall implements Abort {
  private final Cancellation work;
  private final HttpUriRequestBase request;
  private final Registration registration;

  ClassicCall(Cancellation work, ClassicHttpRequest original) throws IOException {
    this.work = work;
    this.request = copy(original);
    DeadlineFields.write(work)
        .ifPresent(left -> request.setHeader(DeadlineFields.REQUEST_TIMEOUT, left));
    if (original instanceof CancellableDependency cancellable) {
      cancellable.setDependency(request);
    }
    this.registration = work.onCancel(_ -> request.cancel());
  }

  private static HttpUriRequestBase copy(ClassicHttpRequest original) throws IOException {
    HttpUriRequestBase copy;
    try {
      copy = new HttpUriRequestBase(original.getMethod(), original.getUri());
    } catch (URISyntaxException e) {
      throw new ClientProtocolException("request: " + e.getMessage(), e);
    }
    copy.setVersion(original.getVersion());
    copy.setHeaders(original.getHeaders());
    copy.setEntity(original.getEntity());
    copy.setAbsoluteRequestUri(original.getPath() != null && !original.getPath().startsWith("/"));
    if (original instanceof Configurable configurable) {
      copy.setConfig(configurable.getConfig());
    }
    return copy;
  }

  ClassicHttpResponse execute(
      HttpClient client, @Nullable HttpHost target, @Nullable HttpContext context)
      throws IOException {
    AtomicReference<@Nullable ClassicHttpResponse> received = new AtomicReference<>();
    try {
      stoppable(() -> {
        received.set(client.executeOpen(target, request, context));
        return true;
      });
      return withStoppableBody(Objects.requireNonNull(received.get()));
    } catch (Throwable failure) {
      over();
      discard(received.get(), failure);
      throw failure;
    }
  }

  /// A head that came at the moment of the cancel, and that nobody gets.
  private static void discard(@Nullable ClassicHttpResponse response, Throwable failure) {
    if (response != null) {
      try {
        response.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }

  private ClassicHttpResponse withStoppableBody(ClassicHttpResponse response) {
    HttpEntity entity = response.getEntity();
    if (entity == null) {
      over();
      return response;
    }
    response.setEntity(new StoppableEntity(entity, this));
    return CloseableHttpResponse.create(
        response,
        (closed, _) -> {
          over();
          closed.close();
        });
  }

  /// Does a part of it that may block: the work of who waits, mostly the same, stops it too.
  <T> T stoppable(Op<T, IOException> part) throws IOException {
    try {
      return Cancellation.current().<T, IOException>abortable(this, part);
    } catch (CancelledException told) {
      throw told;
    } catch (IOException | CancellationException failure) {
      if (work.isCancelled() && request.isCancelled()) {
        throw new CancelledException(work.reason().orElseThrow(), failure);
      }
      throw failure;
    }
  }

  @Override
  public void abort(CancelReason reason, int attempt) {
    request.cancel();
  }

  boolean isStopped() {
    return request.isCancelled();
  }

  /// Nothing can be stopped any more; told by the caller's thread.
  void over() {
    registration.close();
  }
}
