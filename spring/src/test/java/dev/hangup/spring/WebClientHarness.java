package dev.hangup.spring;

import dev.hangup.testkit.ClientContract;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/// Plain code over a `WebClient` of Reactor Netty, as Spring Boot's builder makes it.
record WebClientHarness(ConnectionProvider connections, WebClient client)
    implements ClientContract.Client {
  static final Map<String, String> DIFFERENCES =
      Map.of(
          "sync", "block() throws what it makes of the interrupt, which comes at once",
          "async", "retrieve() wraps what fails after the head in a WebClientResponseException",
          "stream", "Spring's subscriberInputStream wraps what it is told");

  static WebClientHarness start(ClientContract.Setup setup) {
    ConnectionProvider connections =
        ConnectionProvider.create("test", setup.protocol().isHttp2() ? 4 : 100);
    HttpClient netty =
        HttpClient.create(connections)
            .protocol(setup.protocol().isHttp2() ? HttpProtocol.H2C : HttpProtocol.HTTP11);
    if (setup.timeout().isPresent()) {
      netty = netty.responseTimeout(setup.timeout().get());
    }
    WebClient client =
        WebClient.builder()
            .clientConnector(new ReactorClientHttpConnector(netty))
            .filter(StoppableExchange::filter)
            .build();
    return new WebClientHarness(connections, client);
  }

  @Override
  public String get(URI uri) {
    return Objects.requireNonNull(
        client.get().uri(uri).retrieve().bodyToMono(String.class).block());
  }

  @Override
  public CompletionStage<String> getAsync(URI uri) {
    return client.get().uri(uri).retrieve().bodyToMono(String.class).toFuture();
  }

  @Override
  public InputStream stream(URI uri) {
    return new Body(
        Objects.requireNonNull(
            Objects.requireNonNull(
                    client.get().uri(uri).retrieve().toEntityFlux(DataBuffer.class).block())
                .getBody()));
  }

  @Override
  public void close() {
    connections.dispose();
  }

  /// A body that nobody has subscribed to before the first read.
  private static final class Body extends InputStream {
    private final Flux<DataBuffer> buffers;
    private @Nullable InputStream in;

    Body(Flux<DataBuffer> buffers) {
      this.buffers = buffers;
    }

    private InputStream in() {
      InputStream open = in;
      if (open == null) {
        open = DataBufferUtils.subscriberInputStream(buffers, 4);
        in = open;
      }
      return open;
    }

    @Override
    public int read() throws IOException {
      return in().read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return in().read(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      in().close();
    }
  }
}
