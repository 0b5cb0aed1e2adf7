package dev.hangup.bench;

import dev.hangup.CancelScope;
import dev.hangup.Cancellation;
import dev.hangup.Registration;
import io.grpc.Context;
import kotlin.Unit;
import kotlinx.coroutines.CompletableJob;
import kotlinx.coroutines.DisposableHandle;
import kotlinx.coroutines.JobKt;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/// The listener unregistered is registered anew, so that the crowd stays as large as it is; which
/// one is next, [Crowd] says.
@Operation("unregister one listener and register one, beside %s")
public class RegisterInCrowd extends Benchmarked {
  @Param public Crowd crowd = Crowd.NOBODY;

  private final CancelScope scope = CancelScope.open(Cancellation.detached(), o -> o);
  private final Context.CancellableContext context = Context.ROOT.withCancellation();
  private final CompletableJob job = JobKt.Job(null);

  private Registration[] registrations = {};
  private Context.CancellationListener[] listeners = {};
  private DisposableHandle[] handles = {};
  private int next;
  private int random = 1;

  @Setup
  public void register() {
    registrations = new Registration[crowd.others + 1];
    listeners = new Context.CancellationListener[crowd.others + 1];
    handles = new DisposableHandle[crowd.others + 1];
    for (int i = 0; i <= crowd.others; i++) {
      registrations[i] = registerHangup(i);
      listeners[i] = registerGrpc(i);
      handles[i] = registerKotlin(i);
    }
  }

  @TearDown
  public void close() {
    scope.close();
    context.close();
    job.complete();
  }

  @Benchmark
  public void hangup() {
    int leaving = next();
    registrations[leaving].close();
    registrations[leaving] = registerHangup(leaving);
  }

  @Benchmark
  public void grpc() {
    int leaving = next();
    context.removeListener(listeners[leaving]);
    listeners[leaving] = registerGrpc(leaving);
  }

  @Benchmark
  public void kotlin() {
    int leaving = next();
    handles[leaving].dispose();
    handles[leaving] = registerKotlin(leaving);
  }

  private Registration registerHangup(int index) {
    return scope.cancellation().onCancel(_ -> fired(index));
  }

  private Context.CancellationListener registerGrpc(int index) {
    Context.CancellationListener listener = _ -> fired(index);
    context.addListener(listener, Runnable::run);
    return listener;
  }

  private DisposableHandle registerKotlin(int index) {
    return job.invokeOnCompletion(_ -> {
      fired(index);
      return Unit.INSTANCE;
    });
  }

  private void fired(int index) {
    registrations[index] = () -> {};
  }

  private int next() {
    return switch (crowd.leaves) {
      case NEWEST -> crowd.others;
      case OLDEST -> {
        next = next == crowd.others ? 0 : next + 1;
        yield next;
      }
      case ANY -> {
        random = random * 1_664_525 + 1_013_904_223; // Numerical Recipes
        yield Math.floorMod(random >>> 8, crowd.others + 1);
      }
    };
  }
}
