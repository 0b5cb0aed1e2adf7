package dev.hangup.client.okhttp;

import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import java.io.IOException;
import okhttp3.Call;
import okhttp3.EventListener;

/// Whose work a call is: known only where it starts, since an enqueued one runs elsewhere.
///
/// @param work made the call
record Caller(Cancellation work) {
  private static final EventListener START =
      new EventListener() {
        @Override
        public void callStart(Call call) {
          Cancellation work = Cancellation.current();
          if (work != Cancellation.detached()) {
            call.tag(Caller.class, () -> new Caller(work));
          }
        }

        // Where a cancel comes after the interceptors and before the caller, OkHttp's own failure
        // is all that is told.
        @Override
        public void callFailed(Call call, IOException failure) {
          Caller caller = call.tag(Caller.class);
          if (caller != null && call.isCanceled() && failure.getCause() == null) {
            caller.work().reason().map(CancelledException::new).ifPresent(failure::initCause);
          }
        }
      };

  /// A factory that listens too, once.
  static EventListener.Factory heardBy(EventListener.Factory listeners) {
    return listeners instanceof Listening ? listeners : new Listening(listeners);
  }

  /// The client's own listeners and ours.
  private record Listening(EventListener.Factory listeners) implements EventListener.Factory {
    @Override
    public EventListener create(Call call) {
      return START.plus(listeners.create(call));
    }
  }

  /// The work that made the call; of nobody if it started outside of any.
  static Cancellation of(Call call) {
    Caller caller = call.tag(Caller.class);
    return caller == null ? Cancellation.current() : caller.work();
  }
}
