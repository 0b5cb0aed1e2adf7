package dev.hangup.client.jdk;

import dev.hangup.Cancellation;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/// The JDK's HTTP client, with requests that stop with the work that sends them.
///
/// {@snippet class="dev.hangup.client.jdk.SnippetsTest" region="wrap"}
///
/// **Cancellation**: a request belongs to the [Cancellation#current()] of the thread that sends it,
/// until its response's body has ended. When that work is cancelled the connection is closed
/// (HTTP/1.1) or the one stream is reset (HTTP/2), whether the request waits for a connection, for
/// the response or for its body, and whether or not anybody reads. A blocked [#send] and a blocked
/// read of an `InputStream` or of lines throw a [dev.hangup.CancelledException], a future completes
/// with one, a subscriber's `onError` gets it. The thread is not interrupted for that. The request
/// carries the time that is left as `Request-Timeout`, in place of one of its own; where less than
/// a millisecond is left it fails without being sent. Requests that are sent outside of any work
/// are left as they are.
///
/// To give up a request yourself, call `cancel(true)` on the future, or on one that was derived
/// from it by a method like `thenApply`; once the response is there, close its body.
///
/// **Thread safety**: as the client's.
///
/// **Errors**: what the client throws, where the work was not cancelled; a failure of [#send] has
/// the stack of the thread that found it.
///
/// **Limits**, as the client has them: `cancel(false)`, `orTimeout`, `completeExceptionally` and
/// the cancel of a future that merely depends on this one (`allOf`, `thenCompose`) reach no
/// connection. WebSockets and pushed responses are left as they are.
public final class CancellableHttpClient extends HttpClient {
  private final HttpClient client;

  private CancellableHttpClient(HttpClient client) {
    this.client = client;
  }

  /// Wraps a client.
  ///
  /// @param client sends the requests; shut down and closed with the result
  /// @return the client to use
  public static HttpClient wrap(HttpClient client) {
    return client instanceof CancellableHttpClient
        ? client
        : new CancellableHttpClient(Objects.requireNonNull(client, "client"));
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    Cancellation work = Cancellation.current();
    return work == Cancellation.detached()
        ? client.send(request, handler)
        : new Call<>(work, handler).send(client, request);
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    return sendAsync(request, handler, null);
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushes) {
    Cancellation work = Cancellation.current();
    return work == Cancellation.detached()
        ? client.sendAsync(request, handler, pushes)
        : new Call<>(work, handler).sendAsync(client, request, pushes);
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return client.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return client.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return client.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return client.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return client.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return client.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return client.authenticator();
  }

  @Override
  public Version version() {
    return client.version();
  }

  @Override
  public Optional<Executor> executor() {
    return client.executor();
  }

  @Override
  public WebSocket.Builder newWebSocketBuilder() {
    return client.newWebSocketBuilder();
  }

  @Override
  public void shutdown() {
    client.shutdown();
  }

  @Override
  public boolean awaitTermination(Duration duration) throws InterruptedException {
    return client.awaitTermination(duration);
  }

  @Override
  public boolean isTerminated() {
    return client.isTerminated();
  }

  @Override
  public void shutdownNow() {
    client.shutdownNow();
  }

  @Override
  public void close() {
    client.close();
  }
}
