package dev.hangup.client.jdk;

import dev.hangup.testkit.ClientContract;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;

/// Plain code over the client.
record JdkHarness(HttpClient client, ClientContract.Setup setup) implements ClientContract.Client {

  static JdkHarness start(ClientContract.Setup setup) {
    HttpClient client =
        HttpClient.newBuilder()
            .sslContext(setup.tls())
            .version(
                setup.protocol().isHttp2()
                    ? HttpClient.Version.HTTP_2
                    : HttpClient.Version.HTTP_1_1)
            .build();
    return new JdkHarness(CancellableHttpClient.wrap(client), setup);
  }

  private HttpRequest request(URI uri) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    setup.timeout().ifPresent(request::timeout);
    return request.build();
  }

  @Override
  public String get(URI uri) throws Exception {
    return client.send(request(uri), BodyHandlers.ofString()).body();
  }

  @Override
  public CompletableFuture<String> getAsync(URI uri) {
    return client.sendAsync(request(uri), BodyHandlers.ofString()).thenApply(HttpResponse::body);
  }

  @Override
  public InputStream stream(URI uri) throws Exception {
    return client.send(request(uri), BodyHandlers.ofInputStream()).body();
  }

  @Override
  public void close() throws IOException {
    client.shutdownNow();
  }
}
