package dev.hangup.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelPolicy;
import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// WebFlux on Reactor Netty: Reactor's own cancel becomes a [Cancellation]'s.
class WebFluxTest {
  private static final BlockingQueue<Object> SEEN = new LinkedBlockingQueue<>();
  private static Application application;

  @RestController
  static class Controller {
    @GetMapping("/argument")
    Mono<String> argument(Cancellation cancellation) {
      cancellation.onCancel(SEEN::add);
      SEEN.add("arrived");
      return Mono.never();
    }

    // @start region="context"
    @GetMapping("/context")
    Mono<String> context() {
      return Mono.deferContextual(context -> {
        Cancellation cancellation = context.get(Cancellation.class);
        return Mono.fromCallable(cancellation.wrap(this::query))
            .subscribeOn(Schedulers.boundedElastic());
      });
    }

    // @end

    private String query() throws InterruptedException {
      SEEN.add("arrived");
      try {
        new CountDownLatch(1).await();
        return "never";
      } finally {
        SEEN.add(Cancellation.current().reason().orElseThrow());
      }
    }

    @Uncancellable
    @PostMapping("/uncancellable/{id}")
    Mono<String> uncancellable(Cancellation cancellation) {
      SEEN.add("arrived");
      return Mono.delay(Duration.ofSeconds(1))
          .map(_ -> {
            SEEN.add("finished, cancelled: " + cancellation.isCancelled());
            return "done";
          });
    }

    @GetMapping("/ping")
    Mono<String> ping() {
      return Mono.just("!");
    }

    @GetMapping("/answer")
    Mono<String> answer(Cancellation cancellation) {
      cancellation.onCancel(SEEN::add);
      return Mono.just("!");
    }
  }

  @BeforeAll
  static void start() {
    application = Application.start(Application.Engine.REACTOR_NETTY, List.of(Controller.class));
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  @Test
  void hangUpCancelsTheArgument() throws Exception {
    hangUp("GET", "/argument");

    assertThat(next()).isEqualTo(new CancelReason.ClientClosed());
  }

  @Test
  void hangUpStopsBlockingWorkThatWasCarriedByReactorsContext() throws Exception {
    hangUp("GET", "/context");

    assertThat(next()).isEqualTo(new CancelReason.ClientClosed());
  }

  @Test
  void uncancellableGoesOnAndIsListed() throws Exception {
    hangUp("POST", "/uncancellable/7");

    assertThat(next()).isEqualTo("finished, cancelled: false");
    HangUp listed = Poll.until(hangUps()::last, last -> !last.isEmpty()).getFirst();
    assertThat(listed.route()).isEqualTo("/uncancellable/{id}");
    assertThat(listed.policy()).isEqualTo(CancelPolicy.FINISH);
    assertThat(listed.timeToStop()).isPositive();
  }

  @Test
  void expiredDeadlineIsAnsweredFor() throws Exception {
    try (RawClient client = RawClient.connect(application.address())) {
      client.send("GET /argument HTTP/1.1\r\nHost: test\r\nRequest-Timeout: 1\r\n\r\n");

      assertThat(client.readHead()).startsWith("HTTP/1.1 504 ");
      assertThat(next()).isEqualTo("arrived");
      assertThat(next()).isInstanceOf(CancelReason.DeadlineExceeded.class);
    }
  }

  @Test
  void requestsThatCompleteAreNeverTold() throws Exception {
    try (RawClient client = RawClient.connect(application.address())) {
      for (int i = 0; i < 200; i++) {
        client.request("GET", "/answer");
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        client.skip(1);
      }
      client.request("GET", "/ping").readHead(); // by now the others are over
    }
    assertThat(SEEN).isEmpty();
  }

  private static HangUps hangUps() {
    return application.context().getBean(HangUps.class);
  }

  private static void hangUp(String method, String path) throws Exception {
    RawClient client = RawClient.connect(application.address()).request(method, path);
    assertThat(next()).isEqualTo("arrived");
    client.leave(new Leaving.Close());
  }

  private static Object next() throws InterruptedException {
    Object seen = SEEN.poll(30, TimeUnit.SECONDS);
    assertThat(seen).as("what the handler saw next").isNotNull();
    return seen;
  }
}
