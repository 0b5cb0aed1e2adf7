package dev.hangup.servlet;

import dev.hangup.CancelReason;
import dev.hangup.Cancellation;
import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Many clients, some of whom leave, and the servlet that they call, which sees who is told.
///
/// Each request has a number. A client takes note of it before it leaves, and of the one before,
/// which it has been answered but whose servlet may not have returned yet: so a request that is
/// told or interrupted without such a note has got another's.
final class Traffic {
  private static final int CLIENTS = 24;

  private final int leavePercent;
  private final int longestMicros;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Set<Integer> left = ConcurrentHashMap.newKeySet();
  private final Map<Integer, CountDownLatch> arrivals = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();
  final AtomicInteger told = new AtomicInteger();
  final AtomicInteger answered = new AtomicInteger();
  final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  /// @param leavePercent how many of a hundred clients leave before they are answered
  /// @param longestMicros how long a request takes at most whose client does not leave
  Traffic(int leavePercent, int longestMicros) {
    this.leavePercent = leavePercent;
    this.longestMicros = longestMicros;
  }

  /// The servlet.
  void handle(HttpServletRequest request, HttpServletResponse response) throws Exception {
    Integer number = Integer.valueOf(request.getParameter("n"));
    if (Thread.currentThread().isInterrupted() && !left.contains(number)) {
      wrong.add(number + " began interrupted");
    }
    Cancellation.current().onCancel(reason -> tell(number, reason));
    boolean waits = request.getRequestURI().equals("/wait");
    if (waits) {
      waiting.incrementAndGet();
      arrivals.computeIfAbsent(number, _ -> new CountDownLatch(1)).countDown();
    }
    try {
      if (waits && !new CountDownLatch(1).await(30, TimeUnit.SECONDS)) {
        wrong.add(number + " was missed");
      }
      work(ThreadLocalRandom.current().nextInt(longestMicros));
    } catch (InterruptedException e) {
      if (!left.contains(number)) {
        wrong.add(number + " was interrupted");
      }
      throw e;
    } finally {
      if (waits) {
        waiting.decrementAndGet();
      }
    }
    response.setContentLength(4);
    response.getWriter().print("good");
  }

  private static void work(int micros) throws InterruptedException {
    LockSupport.parkNanos(micros * 1_000L);
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedException();
    }
  }

  private void tell(Integer number, CancelReason reason) {
    told.incrementAndGet();
    if (!left.contains(number)) {
      wrong.add(number + " was told: " + reason);
    }
  }

  /// Makes requests.
  void run(Served served, int requests) throws InterruptedException {
    ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    AtomicInteger todo = new AtomicInteger(requests);
    for (int client = 0; client < CLIENTS; client++) {
      var _ = clients.submit(() -> client(served, todo));
    }
    clients.shutdown();
    if (!clients.awaitTermination(100, TimeUnit.SECONDS)) {
      wrong.add("clients did not end");
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (waiting.get() > 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void client(Served served, AtomicInteger todo) {
    try {
      RawClient client = served.connect();
      Integer last = 0;
      while (todo.getAndDecrement() > 0) {
        if (ThreadLocalRandom.current().nextInt(100) < leavePercent) {
          leave(client, last);
          client = served.connect();
        } else {
          last = stay(client);
        }
      }
      left.add(last);
      client.close();
    } catch (IOException | InterruptedException e) {
      wrong.add("a client failed: " + e);
    }
  }

  private int stay(RawClient client) throws IOException {
    int number = numbers.incrementAndGet();
    String response = client.request("GET", "/work?n=" + number).readResponse();
    if (response.startsWith("HTTP/1.1 200") && response.endsWith("good")) {
      answered.incrementAndGet();
    } else {
      wrong.add(number + " was answered " + response);
    }
    return number;
  }

  /// Half of them from a request that waits for ever, the others from one that may be over.
  private void leave(RawClient client, Integer last) throws IOException, InterruptedException {
    int number = numbers.incrementAndGet();
    ThreadLocalRandom random = ThreadLocalRandom.current();
    if (random.nextBoolean()) {
      client.request("GET", "/wait?n=" + number);
      CountDownLatch arrival = arrivals.computeIfAbsent(number, _ -> new CountDownLatch(1));
      if (!arrival.await(30, TimeUnit.SECONDS)) {
        wrong.add(number + " never arrived");
      }
      arrivals.remove(number);
    } else {
      client.request("GET", "/work?n=" + number);
      LockSupport.parkNanos(random.nextInt(longestMicros) * 1_000L);
    }
    left.add(number);
    left.add(last);
    client.leave(random.nextBoolean() ? new Leaving.Close() : new Leaving.Reset());
  }
}
