package dev.hangup.client.apache;

import dev.hangup.testkit.ClientContract;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/// Plain code over the asynchronous client.
record AsyncHarness(CloseableHttpAsyncClient client) implements ClientContract.Client {
  static final Set<ClientContract.Mode> MODES =
      EnumSet.of(ClientContract.Mode.SYNC, ClientContract.Mode.ASYNC);
  private static final String UNTIMED =
      "InternalHttpAsyncExecRuntime.doExecute (5.6) sets no response time-out over HTTP/2";
  static final Map<String, String> HTTP2 =
      Map.of(
          "connection",
          "5.6 leases a connection for each exchange over HTTP/2 too; it is closed, since"
              + " AbstractH2StreamMultiplexer.onOutput passes over a stream whose request is"
              + " complete, also to reset it",
          "sync, timeout",
          UNTIMED,
          "async, timeout",
          UNTIMED);

  static AsyncHarness start(ClientContract.Setup setup) {
    RequestConfig.Builder config = RequestConfig.custom();
    setup.timeout().ifPresent(time -> config.setResponseTimeout(Timeout.of(time)));
    CloseableHttpAsyncClient client =
        CancellableHttpAsyncClient.build(
            HttpAsyncClients.custom()
                .setDefaultRequestConfig(config.build())
                .setIOReactorConfig(
                    IOReactorConfig.custom()
                        .setSelectInterval(TimeValue.ofMilliseconds(50))
                        .build())
                .setConnectionManager(
                    PoolingAsyncClientConnectionManagerBuilder.create()
                        .setTlsStrategy(
                            new DefaultClientTlsStrategy(
                                setup.tls(), NoopHostnameVerifier.INSTANCE))
                        .setDefaultTlsConfig(
                            TlsConfig.custom()
                                .setVersionPolicy(
                                    setup.protocol().isHttp2()
                                        ? HttpVersionPolicy.FORCE_HTTP_2
                                        : HttpVersionPolicy.FORCE_HTTP_1)
                                .build())
                        .setMaxConnPerRoute(50)
                        .setMaxConnTotal(50)
                        .build()));
    client.start();
    return new AsyncHarness(client);
  }

  private static SimpleHttpRequest request(URI uri) {
    return SimpleRequestBuilder.get(uri).build();
  }

  @Override
  public String get(URI uri) throws Exception {
    Future<SimpleHttpResponse> answer = client.execute(request(uri), null);
    try {
      return answer.get().getBodyText();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  @Override
  public CompletableFuture<String> getAsync(URI uri) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    var _ =
        client.execute(
            request(uri),
            new FutureCallback<>() {
              @Override
              public void completed(SimpleHttpResponse response) {
                answer.complete(response.getBodyText());
              }

              @Override
              public void failed(Exception failure) {
                answer.completeExceptionally(failure);
              }

              @Override
              public void cancelled() {
                answer.cancel(true);
              }
            });
    return answer;
  }

  @Override
  public InputStream stream(URI uri) {
    throw new IllegalStateException("not blocking");
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
