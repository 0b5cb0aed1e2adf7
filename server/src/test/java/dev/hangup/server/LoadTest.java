package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.Cancellation;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Thousands of clients that hang up at once leave nothing behind.
class LoadTest {
  private static final int CLIENTS = 2000;
  private static final long MEGABYTE = 1 << 20;

  private final AtomicInteger arrived = new AtomicInteger();
  private final AtomicInteger told = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  private void block(Request request, Response response) throws InterruptedException {
    Cancellation.current().onCancel(_ -> told.incrementAndGet());
    arrived.incrementAndGet();
    try {
      Thread.sleep(Long.MAX_VALUE);
    } finally {
      ended.incrementAndGet();
    }
  }

  @Test
  void clientsThatHangUpAtOnceLeaveNothingBehind() throws Exception {
    try (Logs logs = new Logs();
        Harness harness = Harness.start(this::block)) {
      hangUp(harness); // what it takes once, it may keep
      long heap = Memory.heap();
      long direct = Memory.direct();
      int threads = ManagementFactory.getThreadMXBean().getThreadCount();
      for (int round = 0; round < 3; round++) {
        hangUp(harness);
      }
      Harness.await("the heap is as it was", () -> Memory.heap() < heap + 8 * MEGABYTE);
      assertThat(Memory.direct()).isLessThan(direct + 4 * MEGABYTE);
      Harness.await(
          "the threads are as they were",
          () -> ManagementFactory.getThreadMXBean().getThreadCount() < threads + 8);
      assertThat(logs.alarmTexts()).isEmpty();
    }
  }

  private void hangUp(Harness harness) throws Exception {
    arrived.set(0);
    told.set(0);
    ended.set(0);
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(connect(harness, i));
    }
    Harness.await("all handlers block", () -> arrived.get() == CLIENTS);
    for (RawClient client : clients) {
      client.leave(new Leaving.Close());
    }
    for (int i = 0; i < CLIENTS; i++) {
      assertThat(harness.nextEntry())
          .matches(e -> e.status() == 499)
          .matches(e -> e.reason().orElseThrow().code().equals("client_closed"));
    }
    Harness.await("none runs", () -> harness.server.context().inFlight().running() == 0);
    Harness.await("all were told", () -> told.get() == CLIENTS);
    assertThat(ended).hasValue(CLIENTS);
    Harness.awaitNothingHeld(harness.server.context());
    assertThat(harness.entriesWaiting()).isZero();
  }

  /// Some with a body that nobody reads.
  private static RawClient connect(Harness harness, int i) throws IOException {
    RawClient client = harness.connect();
    return i % 4 == 0
        ? client.send(Harness.post("/", "x".repeat(4000)))
        : client.send(Harness.get("/"));
  }
}
