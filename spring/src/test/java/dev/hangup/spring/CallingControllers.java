package dev.hangup.spring;

import java.util.Objects;
import org.springframework.boot.restclient.RestTemplateBuilder;
import org.springframework.core.env.Environment;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/// Those of [ClientsTest]: each asks the service downstream as people write it.
final class CallingControllers {
  private CallingControllers() {}

  @RestController
  static class Rest {
    private final RestClient client;
    private final RestTemplate template;

    Rest(RestClient.Builder clients, RestTemplateBuilder templates, Environment environment) {
      String url = environment.getRequiredProperty("downstream");
      client = clients.baseUrl(url).build();
      template = templates.baseUri(url).build();
    }

    @GetMapping("/client/{scene}")
    String client(@PathVariable String scene) {
      return answer(client.get().uri("/" + scene));
    }

    @GetMapping("/template/{scene}")
    String template(@PathVariable String scene) {
      return Objects.requireNonNull(template.getForObject("/" + scene, String.class));
    }

    private static String answer(RestClient.RequestHeadersSpec<?> request) {
      return Objects.requireNonNull(request.retrieve().body(String.class));
    }

    @GetMapping("/posted/{scene}")
    String posted(@PathVariable String scene) {
      return answer(client.post().uri("/" + scene).body("a body"));
    }
  }

  @RestController
  static class Web {
    private final WebClient client;

    Web(WebClient.Builder clients, Environment environment) {
      client = clients.baseUrl(environment.getRequiredProperty("downstream")).build();
    }

    @GetMapping("/blocked/{scene}")
    String blocked(@PathVariable String scene) {
      return Objects.requireNonNull(call(scene).block());
    }

    @GetMapping("/mono/{scene}")
    Mono<String> mono(@PathVariable String scene) {
      return call(scene);
    }

    private Mono<String> call(String scene) {
      return client.get().uri("/" + scene).retrieve().bodyToMono(String.class);
    }
  }
}
