package dev.hangup.client.apache;

import dev.hangup.testkit.ClientContract;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.Timeout;

/// Plain code over the blocking client.
record ClassicHarness(CloseableHttpClient client) implements ClientContract.Client {
  static final Set<ClientContract.Mode> MODES =
      EnumSet.complementOf(EnumSet.of(ClientContract.Mode.ASYNC));

  static ClassicHarness start(ClientContract.Setup setup) {
    RequestConfig.Builder config = RequestConfig.custom();
    setup.timeout().ifPresent(time -> config.setResponseTimeout(Timeout.of(time)));
    return new ClassicHarness(
        CancellableHttpClient.wrap(
            HttpClients.custom()
                .setDefaultRequestConfig(config.build())
                .setConnectionManager(
                    PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(
                            new DefaultClientTlsStrategy(
                                setup.tls(), NoopHostnameVerifier.INSTANCE))
                        .setMaxConnPerRoute(50)
                        .setMaxConnTotal(50)
                        .build())
                .build()));
  }

  @Override
  public String get(URI uri) throws IOException {
    return client.execute(new HttpGet(uri), response -> EntityUtils.toString(response.getEntity()));
  }

  @Override
  public CompletableFuture<String> getAsync(URI uri) {
    throw new IllegalStateException("a blocking client");
  }

  @Override
  public InputStream stream(URI uri) throws IOException {
    return client.executeOpen(null, new HttpGet(uri), null).getEntity().getContent();
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
