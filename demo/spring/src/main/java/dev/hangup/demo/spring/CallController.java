package dev.hangup.demo.spring;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/// Asks another service, which is slow.
@RestController
class CallController {
  private final RestClient client;

  CallController(RestClient.Builder builder, SlowService service) {
    client = builder.baseUrl(service.url()).build();
  }

  @GetMapping("/call")
  ResponseEntity<String> call() {
    return client.get().uri("/slow").retrieve().toEntity(String.class);
  }
}
