package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// So many of each client in a time.
class RateLimitTest {
  private static final Handler FINE = (_, response) -> response.text("fine");

  private final AtomicLong clock = new AtomicLong();
  private Harness harness;

  @AfterEach
  void stop() {
    harness.close();
  }

  private RateLimit serve(RateLimit options) throws IOException {
    RateLimit limit =
        options.withKey(request -> request.query("who").orElse("")).withClock(clock::get);
    harness = Harness.start(FINE.with(limit));
    return limit;
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  private String ask(String who) throws IOException {
    return harness.answer("GET", "/?who=" + who);
  }

  private void assertPasses(String who, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      assertThat(ask(who)).startsWith("HTTP/1.1 200 ");
    }
  }

  private void assertRefused(String who, int seconds) throws IOException {
    assertThat(ask(who))
        .startsWith("HTTP/1.1 429 ")
        .containsIgnoringCase("\r\nretry-after: " + seconds + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5_000_000_000L, Long.MAX_VALUE - 3_000_000_000L})
  void bucketFillsEvenly(long start) throws IOException {
    clock.set(start); // the JVM's clock begins anywhere, and wraps
    serve(RateLimit.of(3, Duration.ofSeconds(30)));
    assertPasses("ada", 3);
    assertRefused("ada", 10);
    assertRefused("ada", 10); // being refused costs nothing
    pass(Duration.ofMillis(9_001));
    assertRefused("ada", 1);
    pass(Duration.ofMillis(999));
    assertPasses("ada", 1);
    assertRefused("ada", 10);
    pass(Duration.ofDays(9));
    assertPasses("ada", 3);
    assertRefused("ada", 10);
  }

  @Test
  void eachKeyHasItsOwn() throws IOException {
    serve(RateLimit.of(1, Duration.ofMinutes(1)));
    assertPasses("ada", 1);
    assertRefused("ada", 60);
    assertPasses("grace", 1);
  }

  @Test
  void burstIsChosen() throws IOException {
    serve(RateLimit.of(60, Duration.ofMinutes(1)).withBurst(2));
    assertPasses("ada", 2);
    assertRefused("ada", 1);
    pass(Duration.ofSeconds(1));
    assertPasses("ada", 1);
    assertRefused("ada", 1);
  }

  @Test
  void leastRecentKeyIsForgotten() throws IOException {
    RateLimit limit = serve(RateLimit.of(1, Duration.ofMinutes(1)).withMaxKeys(2));
    assertPasses("ada", 1);
    assertPasses("grace", 1);
    assertRefused("ada", 60); // and so is remembered
    assertPasses("edsger", 1);
    assertRefused("ada", 60);
    assertPasses("grace", 1);
    for (int i = 0; i < 50; i++) {
      assertPasses("someone-" + i, 1);
      assertThat(limit.keys()).isEqualTo(2);
    }
  }

  @Test
  void peerIsTheKeyUnlessAnotherIsChosen() throws IOException {
    RateLimit limit = RateLimit.of(1, Duration.ofMinutes(1)).withClock(clock::get);
    harness = Harness.start(FINE.with(limit));
    assertPasses("ada", 1);
    assertRefused("grace", 60);
    assertThat(limit.keys()).isEqualTo(1);
  }

  @Test
  void tokensAreTakenOnce() throws Exception {
    serve(RateLimit.of(20, Duration.ofMinutes(1)));
    List<Future<String>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 60; i++) {
        answers.add(threads.submit(() -> ask("ada").substring(9, 12)));
      }
    }
    List<String> told = new ArrayList<>();
    for (Future<String> answer : answers) {
      told.add(answer.get(1, TimeUnit.SECONDS));
    }
    assertThat(told).containsOnly("200", "429").filteredOn("200"::equals).hasSize(20);
  }

  @Test
  void optionsAreChecked() throws IOException {
    RateLimit limit = serve(RateLimit.of(1, Duration.ofDays(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RateLimit.of(0, Duration.ofSeconds(1)))
        .withMessage("requests: 0 (expected: 1 or more)");
    assertThatIllegalArgumentException().isThrownBy(() -> RateLimit.of(1, Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limit.withBurst(366))
        .withMessage("burst: 366 (expected: 1-365)");
    assertThatIllegalArgumentException().isThrownBy(() -> limit.withBurst(0));
    assertThatIllegalArgumentException().isThrownBy(() -> limit.withMaxKeys(0));
  }
}
