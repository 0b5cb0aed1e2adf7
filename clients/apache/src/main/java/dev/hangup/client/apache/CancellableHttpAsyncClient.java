package dev.hangup.client.apache;

import dev.hangup.Cancellation;
import java.io.IOException;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.function.Supplier;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.nio.AsyncPushConsumer;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.HandlerFactory;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorStatus;
import org.apache.hc.core5.util.TimeValue;
import org.jspecify.annotations.Nullable;

/// An asynchronous client whose requests stop with the work that sends them.
///
/// {@snippet class="dev.hangup.client.apache.SnippetsTest" region="async"}
///
/// **Cancellation**: a request belongs to the [Cancellation#current()] of the thread that executes
/// it, until its response is complete. When that work is cancelled its connection is closed, and
/// its future and callback fail with a [dev.hangup.CancelledException]. The request carries the
/// time that is left as `Request-Timeout`, in place of one of its own; where less than a
/// millisecond is left it fails without being sent. Requests executed outside of any work are left
/// as they are.
///
/// **Thread safety**: as the client's.
///
/// **Errors**: what the client throws, where the work was not cancelled.
///
/// **Limits**: over HTTP/2 the connection is closed too, not the one stream reset: the client (5.6)
/// resets one only when the server next sends something. It gives each exchange a connection of its
/// own, so that this harms no other, unless `setMessageMultiplexing(true)` shares them: do not use
/// that here, nor `H2AsyncClientBuilder`, which this cannot build.
public final class CancellableHttpAsyncClient extends CloseableHttpAsyncClient {
  private final CloseableHttpAsyncClient client;

  private CancellableHttpAsyncClient(CloseableHttpAsyncClient client) {
    this.client = client;
  }

  /// Builds a client. It takes the builder, since a connection can only be closed from within.
  ///
  /// @param builder builds what sends the requests; two interceptors are added to it
  /// @return the client to use, to be started
  public static CloseableHttpAsyncClient build(HttpAsyncClientBuilder builder) {
    return new CancellableHttpAsyncClient(
        builder
            .addExecInterceptorBefore(ChainElement.CONNECT.name(), "hangup-lease", AsyncCall::lease)
            .addExecInterceptorLast("hangup-connected", AsyncCall::connected)
            .build());
  }

  @Override
  protected <T> Future<T> doExecute(
      @Nullable HttpHost target,
      AsyncRequestProducer producer,
      AsyncResponseConsumer<T> consumer,
      @Nullable HandlerFactory<AsyncPushConsumer> pushes,
      @Nullable HttpContext context,
      @Nullable FutureCallback<T> callback) {
    Cancellation work = Cancellation.current();
    if (work == Cancellation.detached()) {
      AsyncCall.forget(context);
      return client.execute(target, producer, consumer, pushes, context, callback);
    }
    AsyncCall<T> call = new AsyncCall<>(work, callback);
    return call.execute(
        producer,
        consumer,
        timed -> client.execute(target, timed, consumer, pushes, call.in(context), call));
  }

  @Override
  @Deprecated
  @SuppressWarnings("deprecation") // abstract in the client, so it must be here
  public void register(String host, String pattern, Supplier<AsyncPushConsumer> supplier) {
    client.register(host, pattern, supplier);
  }

  @Override
  public void start() {
    client.start();
  }

  @Override
  public IOReactorStatus getStatus() {
    return client.getStatus();
  }

  @Override
  public void awaitShutdown(TimeValue time) throws InterruptedException {
    client.awaitShutdown(time);
  }

  @Override
  public void initiateShutdown() {
    client.initiateShutdown();
  }

  @Override
  public void close(CloseMode mode) {
    client.close(mode);
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
