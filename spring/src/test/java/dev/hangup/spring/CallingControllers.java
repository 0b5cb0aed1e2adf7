package dev.hangup.spring;

import java.util.concurrent.Semaphore;
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
      return client.get().uri("/" + scene).retrieve().body(String.class);
    }

    @GetMapping("/template/{scene}")
    String template(@PathVariable String scene) {
      return template.getForObject("/" + scene, String.class);
    }

    @GetMapping("/posted/{scene}")
    String posted(@PathVariable String scene) {
      return client.post().uri("/" + scene).body("a body").retrieve().body(String.class);
    }
  }

  @RestController
  static class Web {
    /// One for each head that has come.
    static final Semaphore HEADS = new Semaphore(0);

    private final WebClient client;

    Web(WebClient.Builder clients, Environment environment) {
      client = clients.baseUrl(environment.getRequiredProperty("downstream")).build();
    }

    @GetMapping("/blocked/{scene}")
    String blocked(@PathVariable String scene) {
      return call(scene).block();
    }

    @GetMapping("/mono/{scene}")
    Mono<String> mono(@PathVariable String scene) {
      return call(scene);
    }

    private Mono<String> call(String scene) {
      return client
          .get()
          .uri("/" + scene)
          .exchangeToMono(response -> {
            HEADS.release();
            return response.bodyToMono(String.class);
          });
    }
  }
}
