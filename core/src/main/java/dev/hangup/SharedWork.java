package dev.hangup;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// One computation for many who wait: begun by the first to ask for a key, shared by all who ask
/// while it runs, and cancelled only when the **last** of them has hung up.
///
/// {@snippet class="dev.hangup.SnippetsTest" region="shared"}
///
/// The computation runs on a virtual thread as nobody's child: it has no deadline but what it sets
/// itself, and one waiter's cancel ends that waiter's wait alone. A failure reaches all waiters.
/// Results are not kept: who asks after the end begins anew, and so does who asks after the last
/// waiter has left.
///
/// **Thread safety**: for any number of threads. The count of waiters and the map of computations
/// change together, under one lock; so a computation that has been given up is never joined.
///
/// @param <K> what is asked for; a key for a hash map
/// @param <V> what the computation returns
public final class SharedWork<K, V> {
  // Guarded by itself
  private final Map<K, Computation> running = new HashMap<>();

  /// Makes one with no computation running.
  public SharedWork() {}

  /// Waits for the computation of a key, beginning it if none runs.
  ///
  /// @param key what is asked for
  /// @param task the computation, ignored where one runs already
  /// @return its value
  /// @throws CancelledException if the calling thread's work was cancelled; the computation goes on
  ///   for the others
  /// @throws InterruptedException if the calling thread was interrupted without a cancel; it has
  ///   left too
  /// @throws Exception what the computation threw, the same object for all who waited
  public V get(K key, Callable<? extends V> task) throws Exception {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(task, "task");
    Cancellation waiter = Cancellation.current();
    waiter.check();
    Computation computation = join(key, task);
    CompletableFuture<V> answer = computation.result.copy();
    Registration hangUp = waiter.onCancel(reason -> answer.cancel(false));
    try {
      return answer.get();
    } catch (InterruptedException | CancellationException e) {
      waiter.check();
      throw e;
    } catch (ExecutionException e) {
      throw Forks.asException(Objects.requireNonNull(e.getCause()));
    } finally {
      hangUp.close();
      leave(key, computation);
    }
  }

  private Computation join(K key, Callable<? extends V> task) {
    synchronized (running) {
      Computation computation = running.get(key);
      if (computation == null) {
        computation = new Computation();
        computation.start(
            key, task); // before it is put: a thread that cannot be had leaves no dead key
        running.put(key, computation);
      }
      computation.waiters++;
      return computation;
    }
  }

  private void leave(K key, Computation computation) {
    boolean last;
    synchronized (running) {
      last = --computation.waiters == 0 && running.remove(key, computation);
    }
    if (last) {
      computation.scope.cancel(new CancelReason.Application("every waiter has left"));
    }
  }

  private final class Computation {
    final CancelScope scope =
        CancelScope.open(Cancellation.detached(), options -> options.withName("shared work"));
    final CompletableFuture<V> result = new CompletableFuture<>();
    int waiters; // guarded by running

    void start(K key, Callable<? extends V> task) {
      Thread.ofVirtual().name("hangup-shared").start(() -> run(key, task));
    }

    private void run(K key, Callable<? extends V> task) {
      @Nullable V value = null;
      Throwable failure = null;
      try (scope) {
        value = scope.<V>call(task::call);
      } catch (Throwable thrown) {
        failure = thrown;
      }
      synchronized (running) {
        running.remove(key, this);
      }
      if (failure == null) {
        result.complete(value);
      } else {
        result.completeExceptionally(failure);
      }
    }
  }
}
