package dev.hangup.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.RequestEvent;
import dev.hangup.RequestEvent.Ended;
import dev.hangup.RequestEvent.Routed;
import dev.hangup.RequestEvent.Stopped;
import dev.hangup.RequestHead;
import dev.hangup.RequestObserver;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// What an observer is told of WebFlux's exchanges, and that meters count them.
class ReactiveSightTest {
  private static final CancelReason CLOSED = new CancelReason.ClientClosed();
  private static final BlockingQueue<String> SEEN = new LinkedBlockingQueue<>();
  private static final BlockingQueue<Object> TOLD = new LinkedBlockingQueue<>();
  private static Application application;

  @RestController
  static class Controller {
    @Bean
    static MeterRegistry registry() {
      return new SimpleMeterRegistry();
    }

    @Bean
    static RequestObserver recorder() {
      return head -> {
        TOLD.add(head);
        return TOLD::add;
      };
    }

    @GetMapping("/never/{id}")
    Mono<String> never(@PathVariable("id") int id) {
      SEEN.add("arrived at " + id);
      return Mono.never();
    }

    @GetMapping("/stream")
    Flux<String> stream() {
      SEEN.add("streams");
      return Flux.interval(Duration.ofMillis(10)).map(tick -> "tick " + tick);
    }

    @GetMapping("/failing")
    Mono<String> failing() {
      return Mono.error(new ResponseStatusException(HttpStatus.CONFLICT));
    }

    @Uncancellable
    @GetMapping("/alone")
    Mono<String> alone() {
      SEEN.add("works on");
      return Mono.delay(Duration.ofSeconds(1)).map(_ -> "done");
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
    TOLD.clear();
  }

  @Test
  void hangUpIsToldInOrderAndCountedUnderItsRoute() throws Exception {
    hangUp("/never/7?secret=1");

    List<Object> told = told();
    assertThat(told.getFirst())
        .isEqualTo(new RequestHead("GET", "/never/7", "HTTP/1.1", "127.0.0.1"));
    assertThat(told.get(1)).isEqualTo(new Routed("/never/{id}"));
    assertThat(told.get(2)).isEqualTo(new RequestEvent.Cancelled(CLOSED));
    assertThat(told.get(3)).isInstanceOf(Stopped.class);
    assertThat(told.get(4)).isEqualTo(new Ended(OptionalInt.empty()));
    MeterRegistry registry = application.context().getBean(MeterRegistry.class);
    assertThat(
            registry
                .get("http.server.cancellations")
                .tags("route", "/never/{id}", "reason", "client_closed", "protocol", "HTTP/1.1")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void streamThatHadBegunEndsWithWhatWasSent() throws Exception {
    RawClient client = RawClient.connect(application.address()).request("GET", "/stream");
    assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
    client.leave(new Leaving.Close());

    assertThat(told()).contains(new Routed("/stream"), new Ended(OptionalInt.of(200)));
  }

  @Test
  void failureEndsWithTheStatusThatItWasAnsweredWith() throws Exception {
    assertThat(answer("/failing", "")).startsWith("HTTP/1.1 409 ");
    assertThat(told().subList(1, 3))
        .containsExactly(new Routed("/failing"), new Ended(OptionalInt.of(409)));

    assertThat(answer("/nowhere", "")).startsWith("HTTP/1.1 404 ");
    assertThat(told()).contains(new Ended(OptionalInt.of(404)));
  }

  @Test
  void deadlineIsToldAndAnswered() throws Exception {
    assertThat(answer("/never/8", "Request-Timeout: 1\r\n")).startsWith("HTTP/1.1 504 ");

    List<Object> told = told();
    assertThat(told.get(2))
        .isInstanceOfSatisfying(
            RequestEvent.Cancelled.class,
            cancelled -> assertThat(cancelled.reason().code()).isEqualTo("deadline_exceeded"));
    assertThat(told.getLast()).isEqualTo(new Ended(OptionalInt.of(504)));
  }

  @Test
  void whatFinishesAloneIsToldOfOnceItHas() throws Exception {
    hangUp("/alone");

    assertThat(told().subList(1, 4))
        .containsExactly(
            new Routed("/alone"),
            new RequestEvent.Cancelled(CLOSED),
            new Ended(OptionalInt.empty()));
  }

  private static String answer(String path, String fields) throws Exception {
    try (RawClient client = RawClient.connect(application.address())) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n");
      return client.readHead();
    }
  }

  private static void hangUp(String path) throws Exception {
    RawClient client = RawClient.connect(application.address()).request("GET", path);
    assertThat(SEEN.poll(30, TimeUnit.SECONDS)).isNotNull();
    client.leave(new Leaving.Close());
  }

  /// What was told of one exchange.
  private static List<Object> told() throws InterruptedException {
    List<Object> told = new ArrayList<>();
    while (told.isEmpty() || !(told.getLast() instanceof Ended)) {
      Object next = TOLD.poll(30, TimeUnit.SECONDS);
      assertThat(next).as("told after " + told).isNotNull();
      told.add(next);
    }
    return told;
  }
}
