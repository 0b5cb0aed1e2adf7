package dev.hangup.server;

import dev.hangup.Cancellation;
import dev.hangup.Registration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/// Lets so many requests at once into what it is around; some more wait for their turn, first come,
/// first served; the rest are answered 503 with `Retry-After`: middleware for what is scarce.
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="concurrency"}
///
/// All handlers that one limit is put around share it. A place is free when the handler has
/// **returned**: one that ignores its cancel keeps it.
///
/// **Cancellation**: a request whose client hangs up while it waits leaves the queue at once and
/// never starts; so does one whose deadline passes. Under [dev.hangup.CancelPolicy#FINISH] nobody
/// is told that the client has left: it keeps its place in the queue, and then does not start.
///
/// **Thread safety**: for any thread. Each request that waits holds its virtual thread and one of
/// the server's [ServerOptions#withMaxHandlers(int)].
public final class ConcurrencyLimit implements UnaryOperator<Handler> {
  private final int atOnce;
  private final int waiting;

  // Guarded by this. Who is in the queue has no place, who is not has one: there is nothing
  // between.
  private final LinkedHashSet<CountDownLatch> queue = new LinkedHashSet<>();
  private int running;

  private ConcurrencyLimit(int atOnce, int waiting) {
    this.atOnce = atOnce;
    this.waiting = waiting;
  }

  /// Makes a limit.
  ///
  /// @param atOnce how many requests run at once, 1 or more
  /// @param waiting how many more may wait, 0 or more
  /// @return the middleware
  public static ConcurrencyLimit of(int atOnce, int waiting) {
    return new ConcurrencyLimit(
        Expect.atLeast("atOnce", atOnce, 1), Expect.atLeast("waiting", waiting, 0));
  }

  /// The handler behind the limit.
  @Override
  public Handler apply(Handler inner) {
    Objects.requireNonNull(inner, "inner");
    return (request, response) -> {
      CountDownLatch turn = enter(response);
      try {
        await(turn, response);
        inner.handle(request, response);
      } finally {
        leave(turn);
      }
    };
  }

  private CountDownLatch enter(Response response) {
    synchronized (this) {
      if (running < atOnce) {
        running++;
        return new CountDownLatch(0);
      }
      if (queue.size() < waiting) {
        CountDownLatch turn = new CountDownLatch(1);
        queue.add(turn);
        return turn;
      }
    }
    response.header("Retry-After", "1");
    throw Failures.busy();
  }

  /// A cancel wakes too, also where it does not interrupt.
  private static void await(CountDownLatch turn, Response response) throws InterruptedException {
    if (turn.getCount() == 0) {
      return;
    }
    try (Registration _ = Cancellation.current().onCancel(_ -> turn.countDown())) {
      turn.await();
    }
    Cancellation.current().check();
    if (!response.isSent() && !response.exchange().isUnanswered()) {
      throw Failures.busy(); // to nobody: the client of a handler that is to finish has left
    }
  }

  /// Leaves the queue, or hands the place to the next in it.
  private void leave(CountDownLatch turn) {
    CountDownLatch next;
    synchronized (this) {
      if (queue.remove(turn)) {
        return;
      }
      next = queue.isEmpty() ? null : queue.removeFirst();
      if (next == null) {
        running--;
      }
    }
    if (next != null) {
      next.countDown();
    }
  }

  synchronized int running() {
    return running;
  }

  synchronized int waiting() {
    return queue.size();
  }
}
