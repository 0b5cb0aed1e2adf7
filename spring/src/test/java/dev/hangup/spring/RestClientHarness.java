package dev.hangup.spring;

import dev.hangup.testkit.ClientContract;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/// Plain code over a `RestClient` of the JDK's client, as Spring Boot's builder makes it.
record RestClientHarness(HttpClient jdk, RestClient client) implements ClientContract.Client {
  static final Set<ClientContract.Mode> MODES =
      EnumSet.complementOf(EnumSet.of(ClientContract.Mode.ASYNC));

  static RestClientHarness start(ClientContract.Setup setup) {
    HttpClient jdk =
        HttpClient.newBuilder()
            .sslContext(setup.tls())
            .version(
                setup.protocol().isHttp2()
                    ? HttpClient.Version.HTTP_2
                    : HttpClient.Version.HTTP_1_1)
            .build();
    JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(jdk);
    setup.timeout().ifPresent(requests::setReadTimeout);
    ClientHttpRequestFactory stoppable = StoppableRequests.of(requests);
    return new RestClientHarness(jdk, RestClient.builder().requestFactory(stoppable).build());
  }

  @Override
  public String get(URI uri) {
    return Objects.requireNonNull(client.get().uri(uri).retrieve().body(String.class));
  }

  @Override
  public CompletionStage<String> getAsync(URI uri) {
    throw new UnsupportedOperationException("getAsync");
  }

  @Override
  public InputStream stream(URI uri) {
    return Objects.requireNonNull(
        client.get().uri(uri).exchange((_, response) -> response.getBody(), false));
  }

  @Override
  public void close() {
    jdk.shutdownNow();
  }
}
