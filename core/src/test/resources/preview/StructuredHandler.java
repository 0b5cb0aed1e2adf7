import dev.hangup.Abort;
import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.StructuredTaskScope;

/** A handler as a user writes it: two structured subtasks, one that sleeps and one inside an abortable query. */
class StructuredHandler {
  static final CountDownLatch BOTH_INSIDE = new CountDownLatch(2);
  static final CompletableFuture<String> QUERY = new CompletableFuture<>();
  static final CompletableFuture<String> SLEEPER = new CompletableFuture<>();
  static final CompletableFuture<String> ABORTED = new CompletableFuture<>();

  public static void main(String[] arguments) throws Exception {
    try (CancelScope request = CancelScope.open(o -> o.withGrace(Duration.ofSeconds(20)))) {
      Thread.startVirtualThread(() -> hangUp(request));
      try {
        request.call(() -> handle(request.cancellation()));
      } catch (CancelledException e) {
        System.out.println(SLEEPER.get());
        System.out.println(ABORTED.get());
        System.out.println("handler stopped: " + e.reason().code());
      }
      System.out.println("flag left behind: " + Thread.currentThread().isInterrupted());
    }
  }

  static void hangUp(CancelScope request) {
    try {
      BOTH_INSIDE.await();
      request.cancel(new CancelReason.ClientClosed());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static String handle(Cancellation work) throws Exception {
    try (var tasks = StructuredTaskScope.open()) {
      tasks.fork(() -> sleep(work));
      tasks.fork(StructuredHandler::query);
      tasks.join();
      return "never";
    }
  }

  static String sleep(Cancellation work) throws InterruptedException {
    System.out.println("subtasks see the work: " + (Cancellation.current() == work));
    BOTH_INSIDE.countDown();
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException e) {
      SLEEPER.complete("sleeper stopped: InterruptedException");
      throw e;
    }
    return "never";
  }

  static String query() throws Exception {
    Abort abort = (reason, attempt) -> {
      if (attempt == 3) {
        QUERY.completeExceptionally(new IllegalStateException("57014"));
      }
    };
    return Cancellation.current().abortable(abort, () -> {
      BOTH_INSIDE.countDown();
      try {
        return QUERY.get();
      } catch (ExecutionException e) {
        ABORTED.complete("query aborted natively, flag inside: " + Thread.currentThread().isInterrupted());
        throw e;
      }
    });
  }
}
