package dev.hangup.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// Hang-ups on Spring MVC are counted where there is a registry.
class MetersTest {
  private static final CountDownLatch ARRIVED = new CountDownLatch(1);

  @RestController
  static class Reports {
    @Bean
    static MeterRegistry registry() {
      return new SimpleMeterRegistry();
    }

    @GetMapping("/reports/{id}")
    String report(@PathVariable("id") int id) throws InterruptedException {
      ARRIVED.countDown();
      new CountDownLatch(1).await();
      return "report " + id;
    }
  }

  @Test
  void hangUpIsCountedUnderItsRoute() throws Exception {
    try (Application application =
        Application.start(Application.Engine.TOMCAT, List.of(Reports.class))) {
      RawClient client = RawClient.connect(application.address()).request("GET", "/reports/7");
      ARRIVED.await();
      client.leave(new Leaving.Reset());
      MeterRegistry registry = application.context().getBean(MeterRegistry.class);
      Poll.until(
          () -> registry.find("http.server.cancel.time_to_stop").timers(),
          found -> !found.isEmpty());
      Counter counter = registry.get("http.server.cancellations").counter();
      assertThat(counter.count()).isEqualTo(1);
      assertThat(counter.getId().getTag("route")).isEqualTo("/reports/{id}");
      assertThat(counter.getId().getTag("reason")).isEqualTo("client_reset");
    }
  }
}
