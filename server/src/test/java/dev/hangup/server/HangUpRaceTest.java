package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.Registration;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients that leave at about the moment at which they are answered.
class HangUpRaceTest {
  private static final int CLIENTS = 4;
  private static final int ROUNDS = 1500;

  private final Logs logs = new Logs();
  private final Map<String, AtomicInteger> told = new ConcurrentHashMap<>();
  private final Set<String> ended = ConcurrentHashMap.newKeySet();
  private final Set<String> complaints = ConcurrentHashMap.newKeySet();

  @AfterEach
  void stop() {
    logs.close();
    assertThat(logs.alarmTexts()).isEmpty(); // a hang-up is no error
  }

  private void handle(Request request, Response response) throws IOException {
    boolean interrupted = Thread.currentThread().isInterrupted();
    if (interrupted && !Cancellation.current().isCancelled()) {
      complaints.add("interrupted from the start, by nobody");
    }
    String path = request.path();
    told.put(path, new AtomicInteger());
    try (Registration _ = Cancellation.current().onCancel(_ -> tell(path))) {
      spin(request.query("nanos", 0, 0, 1_000_000));
      switch (request.query("kind", 0, 0, 2)) {
        case 0 -> response.text("whole");
        case 1 -> response.stream("text/plain").write(new byte[5000]);
        default -> response.bytes("text/plain", request.bodyBytes());
      }
    }
    ended.add(path);
  }

  private void tell(String path) {
    if (ended.contains(path)) {
      complaints.add("told after its end");
    }
    if (told.get(path).incrementAndGet() > 1) {
      complaints.add("told twice");
    }
    if (Thread.currentThread().isInterrupted()) {
      complaints.add("told on an interrupted thread");
    }
  }

  private static void spin(long nanos) {
    for (long end = System.nanoTime() + nanos; System.nanoTime() - end < 0; ) {
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void eachRequestEndsOnce(ServerOptions.Transport transport) throws Exception {
    try (Harness harness = Harness.start(this::handle, o -> o.withTransport(transport))) {
      Set<String> orderly = leaveOften(harness);
      harness.awaitAllGone();
      Map<String, AccessEntry> entries = entries(harness, orderly);
      assertThat(complaints).isEmpty();
      assertThat(entries.keySet()).containsAll(orderly).containsAll(told.keySet());
      entries.forEach(this::assertCoherent);
      assertThat(entries.values())
          .as("the race was one")
          .anyMatch(e -> e.reason().isPresent() && e.status() == 499)
          .anyMatch(e -> e.reason().isEmpty());
      Harness.awaitNothingHeld(harness.server.context());
      Harness.await("nothing runs", () -> harness.server.context().inFlight().running() == 0);
      assertThat(harness.answer("GET", "/last")).endsWith("whole");
    }
  }

  private void assertCoherent(String path, AccessEntry entry) {
    boolean cancelled = entry.reason().isPresent();
    assertThat(entry.status()).as("%s", entry).isIn(cancelled ? List.of(200, 499) : List.of(200));
    assertThat(entry.reason().stream()).as("%s", entry).allMatch(CancelReason::isHangUp);
    AtomicInteger times = told.get(path);
    if (times != null && times.get() > 0) {
      assertThat(cancelled).as("%s was told", entry).isTrue();
    }
  }

  /// Every request that was read is logged once, also where its client was gone at once.
  private Map<String, AccessEntry> entries(Harness harness, Set<String> orderly)
      throws InterruptedException {
    Map<String, AccessEntry> entries = new ConcurrentHashMap<>();
    while (!entries.keySet().containsAll(orderly)
        || !entries.keySet().containsAll(told.keySet())
        || harness.entriesWaiting() > 0) {
      AccessEntry entry = harness.nextEntry();
      AccessEntry before = entries.put(entry.target().replaceFirst("\\?.*", ""), entry);
      assertThat(before).as("logged twice").isNull();
    }
    entries.remove("/"); // not of those who leave
    return entries;
  }

  private static Set<String> leaveOften(Harness harness) throws Exception {
    Set<String> orderly = ConcurrentHashMap.newKeySet();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        int seed = client;
        all.add(threads.submit(() -> leaveOften(harness, seed, orderly)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    return orderly;
  }

  private static Void leaveOften(Harness harness, int seed, Set<String> orderly)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String path = "/" + seed + "-" + round;
      Leaving leaving = random.nextBoolean() ? new Leaving.Close() : new Leaving.Reset();
      int kind = random.nextInt(3);
      String target = path + "?kind=" + kind + "&nanos=" + random.nextInt(300_000);
      RawClient client = harness.connect();
      client.send(kind < 2 ? Harness.get(target) : Harness.post(target, "body"));
      if (random.nextInt(4) == 0) {
        client.readHead();
      } else {
        spin(random.nextInt(500_000));
      }
      client.leave(leaving);
      if (leaving instanceof Leaving.Close) {
        orderly.add(path); // of the others some are lost on the way
      }
    }
    return null;
  }
}
