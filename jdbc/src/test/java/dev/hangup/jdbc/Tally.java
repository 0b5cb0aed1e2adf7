package dev.hangup.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import dev.hangup.CancelReport;
import dev.hangup.CancelScope;
import dev.hangup.CancelledException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// What many rounds of "run, cancel, use the connection again" came to. Any thread.
final class Tally {
  /// What drivers say of a query that was cancelled: PostgreSQL and H2, MariaDB.
  private static final Set<String> CANCELLED_STATES = Set.of("57014", "70100");

  private static final CancelReason CLOSED = new CancelReason.ClientClosed();

  /// A cold JVM on slow cores may need more than the usual 250 ms, after which a thread would be
  /// interrupted, which costs a connection.
  private static final Duration GRACE = Duration.ofSeconds(30);

  // Of the cancelled statements
  private final AtomicInteger cancelled = new AtomicInteger();
  private final AtomicInteger outlived = new AtomicInteger();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final Queue<CancelReport> reports = new ConcurrentLinkedQueue<>();

  // Of what came after them
  private final AtomicInteger nextKilled = new AtomicInteger();
  private final Queue<Throwable> nextFailures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger staleFlags = new AtomicInteger();
  private final Set<Object> sessions = ConcurrentHashMap.newKeySet();

  /// A piece of a round.
  interface Step {
    void run() throws Exception;
  }

  /// A round, by its number.
  interface Round {
    void run(int id) throws Exception;
  }

  /// Rounds by several workers at once.
  static void many(int rounds, int workers, ExecutorService threads, Round round) throws Exception {
    AtomicInteger next = new AtomicInteger();
    try (threads) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        running.add(
            threads.submit(() -> {
              for (int id = next.getAndIncrement(); id < rounds; id = next.getAndIncrement()) {
                round.run(id);
              }
              return true;
            }));
      }
      for (Future<?> worker : running) {
        worker.get();
      }
    }
  }

  /// Does work that is cancelled at a random moment, and at once something else. Rather soon than
  /// late, since it is the beginning of the work that has the races.
  void round(int latestCancelNanos, Step work, Step next) throws Exception {
    try (CancelScope scope = CancelScope.open(o -> o.withGrace(GRACE))) {
      CompletionStage<CancelReport> report = cancelSoon(scope, latestCancelNanos);
      try {
        scope.call(() -> {
          work.run();
          outlived.incrementAndGet();
          return true;
        });
      } catch (CancelledException e) {
        ended(e);
      }
      if (Thread.interrupted()) {
        staleFlags.incrementAndGet();
      }
      try {
        next.run();
      } catch (SQLException e) {
        nextFailed(e);
      }
      reports.add(Await.value(report));
    }
  }

  private static CompletionStage<CancelReport> cancelSoon(CancelScope scope, int latestNanos) {
    return CompletableFuture.supplyAsync(
            () -> {
              double random = ThreadLocalRandom.current().nextDouble();
              LockSupport.parkNanos((long) (random * random * latestNanos));
              return scope.cancelAndAwait(CLOSED);
            },
            task -> Thread.ofPlatform().daemon().start(task))
        .thenCompose(report -> report);
  }

  /// Any cause but "query canceled" is a failure.
  private void ended(CancelledException exception) {
    cancelled.incrementAndGet();
    Throwable cause = exception.getCause();
    if (cause != null && !isCancelled(cause) && !isInterruptedWait(cause)) {
      failures.add(cause);
    }
  }

  private static boolean isInterruptedWait(Throwable cause) {
    return cause.getCause() instanceof InterruptedException;
  }

  /// The next statement on the same connection was answered, in this session of the server.
  void nextAnswered(Object expected, Object answer, Object session) {
    sessions.add(session);
    if (!expected.equals(answer)) {
      nextFailures.add(new AssertionError("answered " + answer + ", not " + expected));
    }
  }

  void nextFailed(SQLException failure) {
    if (isCancelled(failure)) {
      nextKilled.incrementAndGet();
    } else {
      nextFailures.add(failure);
    }
  }

  static boolean isCancelled(Throwable failure) {
    return failure instanceof SQLException sql
        && sql.getSQLState() != null
        && CANCELLED_STATES.contains(sql.getSQLState());
  }

  /// Next statements that a late cancel killed.
  int nextKilled() {
    return nextKilled.get();
  }

  /// Work that came to its end before its cancel.
  int outlived() {
    return outlived.get();
  }

  /// Every round was cancelled, and none before its statement was over one way or the other.
  void assertAllCancelled(int rounds) {
    assertThat(reports).hasSize(rounds);
    assertThat(cancelled).hasValue(rounds);
  }

  /// Nothing was left behind: no broken connection, no killed next statement, no stale flag.
  void assertNothingLeftBehind(int connections) {
    assertThat(failures).isEmpty();
    assertThat(nextKilled).hasValue(0);
    assertThat(nextFailures).isEmpty();
    assertThat(staleFlags).hasValue(0);
    assertThat(sessions).as("no connection was replaced").hasSizeLessThanOrEqualTo(connections);
    assertThat(reports).allSatisfy(report -> assertThat(report.stragglers()).isEmpty());
  }

  /// The line that an experiment leaves in the log.
  void print(String experiment, String more) {
    List<CancelReport> aborted = reports.stream().filter(report -> report.aborts() > 0).toList();
    List<Duration> times = aborted.stream().map(CancelReport::timeToStop).sorted().toList();
    long refired = aborted.stream().filter(report -> report.refires() > 0).count();
    int interrupts = reports.stream().mapToInt(CancelReport::interrupts).sum();
    System.out.println(
        ("%s: %d rounds, %d cancelled (%d by abort, %d re-fired; %d interrupts), %d ended before,"
                + " %d failed; p50 %s ms, p99 %s ms; next: %d killed, %d failed; %d stale flags;"
                + " %d sessions; %s")
            .formatted(
                experiment,
                reports.size(),
                cancelled.get(),
                aborted.size(),
                refired,
                interrupts,
                outlived.get(),
                failures.size(),
                percentile(times, 50),
                percentile(times, 99),
                nextKilled.get(),
                nextFailures.size(),
                staleFlags.get(),
                sessions.size(),
                more));
  }

  private static String percentile(List<Duration> sorted, int percent) {
    return sorted.isEmpty()
        ? "-"
        : "%.1f".formatted(sorted.get(sorted.size() * percent / 100).toNanos() / 1e6);
  }
}
