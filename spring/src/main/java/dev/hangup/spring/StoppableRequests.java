package dev.hangup.spring;

import dev.hangup.Abort;
import dev.hangup.Cancellation;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.http.HttpMethod;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.AbstractClientHttpRequestFactoryWrapper;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;

/// Makes requests that stop with the work that executes them, and carry its deadline: for each
/// `RestClient` and each `RestTemplate` that Spring Boot's builders build, whichever HTTP client
/// they use.
///
/// Where there is an adapter for that client ([NativeRequests]), it stops them. Else the interrupt
/// does, which Spring's requests turn into what they can: so it comes at once.
///
/// Here and not as an interceptor, for that would have Spring keep every request's body in memory.
final class StoppableRequests extends AbstractClientHttpRequestFactoryWrapper {
  private static final Abort NATIVE = (_, _) -> {}; // its own adapter hears of the cancel
  private static final Abort INTERRUPT = NATIVE.withInterrupt(Abort.Interrupt.AT_ONCE);

  private final Abort stop;

  private StoppableRequests(ClientHttpRequestFactory requests, Abort stop) {
    super(requests);
    this.stop = stop;
  }

  static ClientHttpRequestFactory of(ClientHttpRequestFactory requests) {
    ClientHttpRequestFactory adapted = NativeRequests.of(requests);
    return adapted == null
        ? new StoppableRequests(requests, INTERRUPT)
        : new StoppableRequests(adapted, NATIVE);
  }

  /// Puts one around whatever Spring Boot's builder of factories builds.
  static BeanPostProcessor installer() {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof ClientHttpRequestFactoryBuilder<?> factories
            ? new Factories(factories)
            : bean;
      }
    };
  }

  @Override
  protected ClientHttpRequest createRequest(
      URI uri, HttpMethod method, ClientHttpRequestFactory requests) throws IOException {
    ClientHttpRequest request = requests.createRequest(uri, method);
    if (Cancellation.current() == Cancellation.detached()) {
      return request;
    }
    return request instanceof StreamingHttpOutputMessage streaming
        ? new StoppableRequest.Streaming(request, streaming, stop)
        : new StoppableRequest(request, stop);
  }

  private record Factories(ClientHttpRequestFactoryBuilder<?> factories)
      implements ClientHttpRequestFactoryBuilder<ClientHttpRequestFactory> {
    @Override
    public ClientHttpRequestFactory build(@Nullable HttpClientSettings settings) {
      return of(factories.build(settings));
    }
  }
}
