package dev.hangup.client.ahc;

import dev.hangup.testkit.ClientContract;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.asynchttpclient.AsyncHttpClient;
import org.asynchttpclient.DefaultAsyncHttpClientConfig;
import org.asynchttpclient.Dsl;
import org.asynchttpclient.Response;

/// Plain code over the client.
record AhcHarness(AsyncHttpClient client) implements ClientContract.Client {
  static final Set<ClientContract.Mode> MODES =
      EnumSet.of(ClientContract.Mode.SYNC, ClientContract.Mode.ASYNC);

  static AhcHarness start(ClientContract.Setup setup) throws IOException {
    boolean http2 = setup.protocol().isHttp2();
    DefaultAsyncHttpClientConfig.Builder config =
        Dsl.config()
            .setMaxRequestRetry(0)
            .setReadTimeout(setup.timeout().orElse(Duration.ofMinutes(1)))
            .setHttp2Enabled(http2)
            .setHttp2CleartextEnabled(http2)
            .setSslContext(
                SslContextBuilder.forClient()
                    .trustManager(setup.trust())
                    .applicationProtocolConfig(alpn(http2 ? "h2" : "http/1.1"))
                    .build());
    return new AhcHarness(CancellableAsyncHttpClient.wrap(Dsl.asyncHttpClient(config)));
  }

  private static ApplicationProtocolConfig alpn(String protocol) {
    return new ApplicationProtocolConfig(
        ApplicationProtocolConfig.Protocol.ALPN,
        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
        protocol);
  }

  @Override
  public String get(URI uri) throws Exception {
    try {
      return client.prepareGet(uri.toString()).execute().get().getResponseBody();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  @Override
  public CompletableFuture<String> getAsync(URI uri) {
    return client
        .prepareGet(uri.toString())
        .execute()
        .toCompletableFuture()
        .thenApply(Response::getResponseBody);
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
