package dev.hangup.client.ahc;

import dev.hangup.Cancellation;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Predicate;
import org.asynchttpclient.AsyncCompletionHandlerBase;
import org.asynchttpclient.AsyncHandler;
import org.asynchttpclient.AsyncHttpClient;
import org.asynchttpclient.AsyncHttpClientConfig;
import org.asynchttpclient.BoundRequestBuilder;
import org.asynchttpclient.ClientStats;
import org.asynchttpclient.ListenableFuture;
import org.asynchttpclient.Request;
import org.asynchttpclient.RequestBuilder;
import org.asynchttpclient.Response;
import org.asynchttpclient.SignatureCalculator;
import org.jspecify.annotations.Nullable;

/// An [AsyncHttpClient] whose requests stop with the work that sends them.
///
/// {@snippet class="dev.hangup.client.ahc.SnippetsTest" region="wrap"}
///
/// **Cancellation**: a request belongs to the [Cancellation#current()] of the thread that sends it,
/// until its future is done, body and redirects included. When that work is cancelled its
/// connection is closed (HTTP/1.1) or its stream is reset (HTTP/2); the future completes with a
/// [dev.hangup.CancelledException], the handler is told as of any cancel, with the JDK's
/// `CancellationException`. The request carries the time that is left as `Request-Timeout`, in
/// place of one of its own; where less than a millisecond is left it fails without being sent.
/// Requests sent outside of any work are left as they are.
///
/// To stop a request yourself, cancel the [ListenableFuture]: what
/// [ListenableFuture#toCompletableFuture()] returns reaches no connection when it is cancelled, nor
/// does [ListenableFuture#abort(Throwable)].
///
/// **Thread safety**: as the client's.
///
/// **Errors**: what the client throws, where the work was not cancelled.
public final class CancellableAsyncHttpClient implements AsyncHttpClient {
  private final AsyncHttpClient client;
  private volatile @Nullable SignatureCalculator signature;

  private CancellableAsyncHttpClient(AsyncHttpClient client) {
    this.client = client;
  }

  /// Wraps a client.
  ///
  /// @param client sends the requests; closed with the result
  /// @return the client to use
  public static AsyncHttpClient wrap(AsyncHttpClient client) {
    return client instanceof CancellableAsyncHttpClient
        ? client
        : new CancellableAsyncHttpClient(Objects.requireNonNull(client, "client"));
  }

  @Override
  public <T> ListenableFuture<T> executeRequest(Request request, AsyncHandler<T> handler) {
    Cancellation work = Cancellation.current();
    return work == Cancellation.detached()
        ? client.executeRequest(request, handler)
        : new BoundRequest<>(work, request, handler).send(client);
  }

  @Override
  public <T> ListenableFuture<T> executeRequest(RequestBuilder request, AsyncHandler<T> handler) {
    return executeRequest(request.build(), handler);
  }

  @Override
  public ListenableFuture<Response> executeRequest(Request request) {
    return executeRequest(request, new AsyncCompletionHandlerBase());
  }

  @Override
  public ListenableFuture<Response> executeRequest(RequestBuilder request) {
    return executeRequest(request.build());
  }

  @Override
  public BoundRequestBuilder prepare(String method, String url) {
    boolean asIs = getConfig().isDisableUrlEncodingForBoundRequests();
    return signed(new BoundRequestBuilder(this, method, asIs).setUrl(url));
  }

  @Override
  public BoundRequestBuilder prepareGet(String url) {
    return prepare("GET", url);
  }

  @Override
  public BoundRequestBuilder prepareConnect(String url) {
    return prepare("CONNECT", url);
  }

  @Override
  public BoundRequestBuilder prepareOptions(String url) {
    return prepare("OPTIONS", url);
  }

  @Override
  public BoundRequestBuilder prepareHead(String url) {
    return prepare("HEAD", url);
  }

  @Override
  public BoundRequestBuilder preparePost(String url) {
    return prepare("POST", url);
  }

  @Override
  public BoundRequestBuilder preparePut(String url) {
    return prepare("PUT", url);
  }

  @Override
  public BoundRequestBuilder prepareDelete(String url) {
    return prepare("DELETE", url);
  }

  @Override
  public BoundRequestBuilder preparePatch(String url) {
    return prepare("PATCH", url);
  }

  @Override
  public BoundRequestBuilder prepareTrace(String url) {
    return prepare("TRACE", url);
  }

  @Override
  public BoundRequestBuilder prepareRequest(Request request) {
    return signed(new BoundRequestBuilder(this, request));
  }

  @Override
  public BoundRequestBuilder prepareRequest(RequestBuilder request) {
    return prepareRequest(request.build());
  }

  private BoundRequestBuilder signed(BoundRequestBuilder request) {
    SignatureCalculator calculator = signature;
    return calculator == null ? request : request.setSignatureCalculator(calculator);
  }

  @Override
  public AsyncHttpClient setSignatureCalculator(SignatureCalculator calculator) {
    signature = calculator;
    return this;
  }

  @Override
  public ClientStats getClientStats() {
    return client.getClientStats();
  }

  @Override
  public void flushChannelPoolPartitions(Predicate<Object> predicate) {
    client.flushChannelPoolPartitions(predicate);
  }

  @Override
  public AsyncHttpClientConfig getConfig() {
    return client.getConfig();
  }

  @Override
  public boolean isClosed() {
    return client.isClosed();
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
