package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.hangup.CancelPolicy;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// So many at once, some more in the queue, and who leaves it is gone.
class ConcurrencyLimitTest {
  private static final int CLIENTS = 4;
  private static final int ROUNDS = 750;

  private final Logs logs = new Logs();
  private final AtomicInteger started = new AtomicInteger();
  private final Semaphore gate = new Semaphore(0);
  private final Handler gated =
      (request, response) -> {
        started.incrementAndGet();
        gate.acquire();
        response.text(request.query("name").orElse(""));
      };

  @AfterEach
  void stop() {
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty();
  }

  private static void await(ConcurrencyLimit limit, int running, int waiting) {
    Harness.await(
        running + " run and " + waiting + " wait",
        () -> limit.running() == running && limit.waiting() == waiting);
  }

  @Test
  void restIsToldToComeAgain() throws Exception {
    ConcurrencyLimit limit = ConcurrencyLimit.of(1, 1);
    try (Harness harness = Harness.start(gated.with(limit));
        RawClient first = harness.connect();
        RawClient second = harness.connect()) {
      first.request("GET", "/?name=a");
      await(limit, 1, 0);
      second.request("GET", "/?name=b");
      await(limit, 1, 1);
      assertThat(harness.answer("GET", "/?name=c"))
          .startsWith("HTTP/1.1 503 ")
          .containsIgnoringCase("\r\nretry-after: 1\r\n");
      gate.release(2);
      assertThat(first.readResponse()).endsWith("\r\n\r\na");
      assertThat(second.readResponse()).endsWith("\r\n\r\nb");
      await(limit, 0, 0);
      assertThat(started).hasValue(2);
    }
  }

  @Test
  void turnsComeInOrder() throws Exception {
    ConcurrencyLimit limit = ConcurrencyLimit.of(1, 9);
    List<String> order = new ArrayList<>();
    Handler handler =
        (request, response) -> {
          order.add(request.query("name").orElse("")); // one at a time
          gated.handle(request, response);
        };
    try (Harness harness = Harness.start(handler.with(limit))) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        clients.add(harness.connect().request("GET", "/?name=" + i));
        await(limit, 1, i);
      }
      gate.release(6);
      for (RawClient client : clients) {
        client.readResponse();
        client.close();
      }
    }
    assertThat(order).containsExactly("0", "1", "2", "3", "4", "5");
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERRUPT", "SIGNAL"})
  void whoLeavesTheQueueIsGoneAtOnceAndNeverStarts(CancelPolicy policy) throws Exception {
    ConcurrencyLimit limit = ConcurrencyLimit.of(1, 2);
    Router router = Router.empty().get("/", gated.with(limit), route -> route.withPolicy(policy));
    try (Harness harness = Harness.start(router);
        RawClient first = harness.connect();
        RawClient last = harness.connect()) {
      first.request("GET", "/?name=a");
      await(limit, 1, 0);
      RawClient leaving = harness.connect().request("GET", "/?name=b");
      await(limit, 1, 1);
      last.request("GET", "/?name=c");
      await(limit, 1, 2);
      leaving.leave(new Leaving.Close());
      await(limit, 1, 1); // although nobody has returned
      assertThat(harness.nextEntry().status()).isEqualTo(499);
      gate.release(2);
      assertThat(first.readResponse()).endsWith("\r\n\r\na");
      assertThat(last.readResponse()).endsWith("\r\n\r\nc");
      await(limit, 0, 0);
      assertThat(started).hasValue(2);
    }
  }

  @Test
  void whoIsToFinishButLeavesBeforeItsTurnNeverStarts() throws Exception {
    ConcurrencyLimit limit = ConcurrencyLimit.of(1, 1);
    BlockingQueue<Response> waits = new LinkedBlockingQueue<>();
    Handler limited = gated.with(limit);
    Handler noting =
        (request, response) -> {
          if (request.target().endsWith("b")) {
            waits.add(response);
          }
          limited.handle(request, response);
        };
    Router router = Router.empty().get("/", noting, route -> route.withPolicy(CancelPolicy.FINISH));
    try (Harness harness = Harness.start(router);
        RawClient first = harness.connect()) {
      first.request("GET", "/?name=a");
      await(limit, 1, 0);
      RawClient leaving = harness.connect().request("GET", "/?name=b");
      await(limit, 1, 1);
      Response waiting = waits.take();
      leaving.leave(new Leaving.Reset());
      Harness.await("the hang-up is known", () -> !waiting.exchange().isUnanswered());
      gate.release(2);
      assertThat(first.readResponse()).endsWith("\r\n\r\na");
      await(limit, 0, 0);
      assertThat(started).hasValue(1);
      assertThat(List.of(harness.nextEntry().status(), harness.nextEntry().status()))
          .containsExactlyInAnyOrder(200, 499);
    }
  }

  @Test
  void deadlineEndsTheWait() throws Exception {
    ConcurrencyLimit limit = ConcurrencyLimit.of(1, 2);
    try (Harness harness = Harness.start(gated.with(limit));
        RawClient first = harness.connect()) {
      first.request("GET", "/");
      await(limit, 1, 0);
      String hurried =
          "GET / HTTP/1.1\r\nHost: test\r\nRequest-Timeout: 0.2\r\nConnection: close\r\n\r\n";
      assertThat(harness.exchange(hurried)).startsWith("HTTP/1.1 504 ");
      await(limit, 1, 0);
      gate.release();
      assertThat(first.readResponse()).startsWith("HTTP/1.1 200 ");
    }
    assertThat(started).hasValue(1);
  }

  /// Does not spin where it is interrupted: there may be one processor.
  private static void awaitDeaf(CountDownLatch end) {
    while (end.getCount() > 0) {
      try {
        end.await();
      } catch (InterruptedException heedless) {
        assertThat(heedless).isNotNull();
      }
    }
  }

  @Test
  void placeIsKeptUntilTheHandlerHasReturned() throws Exception {
    ConcurrencyLimit limit = ConcurrencyLimit.of(1, 0);
    CountDownLatch end = new CountDownLatch(1);
    Handler deaf =
        (_, response) -> {
          started.incrementAndGet();
          awaitDeaf(end);
          response.text("late");
        };
    try (Harness harness =
        Harness.start(deaf.with(limit), o -> o.withGrace(Duration.ofMillis(20)))) {
      RawClient client = harness.connect().request("GET", "/");
      await(limit, 1, 0);
      client.leave(new Leaving.Reset());
      Harness.await("it straggles", () -> !logs.alarms().isEmpty());
      assertThat(harness.answer("GET", "/")).startsWith("HTTP/1.1 503 ");
      end.countDown();
      await(limit, 0, 0);
      assertThat(harness.answer("GET", "/")).startsWith("HTTP/1.1 200 ");
    }
    logs.clear();
  }

  @Test
  void failureGivesThePlaceBackAndHandlersShareTheLimit() throws Exception {
    ConcurrencyLimit limit = ConcurrencyLimit.of(1, 0);
    Handler failing =
        (_, _) -> {
          throw new HttpException(400, "expected here");
        };
    Handler fine = (_, response) -> response.text("fine");
    Router router = Router.empty().get("/a", failing.with(limit)).get("/b", fine.with(limit));
    try (Harness harness = Harness.start(router)) {
      for (int i = 0; i < 3; i++) {
        assertThat(harness.answer("GET", "/a")).startsWith("HTTP/1.1 400 ");
        await(limit, 0, 0); // the answer may come before the handler returns
        assertThat(harness.answer("GET", "/b")).startsWith("HTTP/1.1 200 ");
        await(limit, 0, 0);
      }
    }
  }

  @Test
  void refusalMayBeReadByScripts() throws Exception {
    ConcurrencyLimit limit = ConcurrencyLimit.of(1, 0);
    Handler handler = gated.with(limit).with(Cors.allowingAny());
    try (Harness harness = Harness.start(handler);
        RawClient first = harness.connect()) {
      first.request("GET", "/");
      await(limit, 1, 0);
      assertThat(harness.answer("GET", "/"))
          .startsWith("HTTP/1.1 503 ")
          .containsIgnoringCase("\r\naccess-control-allow-origin: *\r\n");
      gate.release();
    }
  }

  /// Clients that leave at about the moment at which their turn comes.
  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void noPlaceIsLost(ServerOptions.Transport transport) throws Exception {
    ConcurrencyLimit limit = ConcurrencyLimit.of(2, 3);
    AtomicInteger inside = new AtomicInteger();
    Set<String> complaints = ConcurrentHashMap.newKeySet();
    Handler handler =
        (request, response) -> {
          if (inside.incrementAndGet() > 2) {
            complaints.add("more than two at once");
          }
          try {
            Harness.spin(request.query("nanos", 0, 0, 1_000_000));
            response.text("fine");
          } finally {
            inside.decrementAndGet();
          }
        };
    try (Harness harness = Harness.start(handler.with(limit), o -> o.withTransport(transport))) {
      leaveOften(harness);
      harness.awaitAllGone();
      await(limit, 0, 0);
      assertThat(complaints).isEmpty();
      assertThat(inside).hasValue(0);
      assertThat(harness.answer("GET", "/")).endsWith("fine");
    }
  }

  private static void leaveOften(Harness harness) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        SplittableRandom random = new SplittableRandom(client);
        all.add(threads.submit(() -> leaveOften(harness, random)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  private static Void leaveOften(Harness harness, SplittableRandom random) throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      RawClient client = harness.connect();
      client.request("GET", "/?nanos=" + random.nextInt(300_000));
      if (random.nextInt(4) == 0) {
        assertThat(client.readHead()).containsAnyOf(" 200 ", " 503 ");
      } else {
        Harness.spin(random.nextInt(500_000));
      }
      client.leave(random.nextBoolean() ? new Leaving.Close() : new Leaving.Reset());
    }
    return null;
  }

  @Test
  void limitsAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConcurrencyLimit.of(0, 1))
        .withMessage("atOnce: 0 (expected: 1 or more)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConcurrencyLimit.of(1, -1))
        .withMessage("waiting: -1 (expected: 0 or more)");
  }
}
