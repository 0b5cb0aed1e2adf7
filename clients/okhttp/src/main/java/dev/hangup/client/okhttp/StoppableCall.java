package dev.hangup.client.okhttp;

import dev.hangup.Abort;
import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.Op;
import dev.hangup.Registration;
import java.io.IOException;
import okhttp3.Call;

/// A call that is part of a work, until its response's body is over.
///
/// The work that made the call cancels it, whoever waits and wherever. A thread that waits for it
/// as part of some work is not interrupted meanwhile, and that work cancels the call as well:
/// mostly it is the same.
///
/// **Thread safety**: any thread.
final class StoppableCall {
  private final Cancellation work;
  private final Call call;
  private final Abort abort;
  private final Registration registration;

  StoppableCall(Cancellation work, Call call) {
    this.work = work;
    this.call = call;
    this.abort = ((Abort) (_, _) -> call.cancel()).withInterrupt(Abort.Interrupt.NEVER);
    this.registration = work.onCancel(_ -> call.cancel());
  }

  /// Does a part of it that may block.
  <T> T stoppable(Op<T, IOException> part) throws IOException {
    try {
      return Cancellation.current().<T, IOException>abortable(abort, part);
    } catch (IOException failure) {
      if (work.isCancelled() && call.isCanceled()) {
        throw told(new CancelledException(work.reason().orElseThrow(), failure));
      }
      throw failure;
    }
  }

  /// What is thrown to tell of a cancel. OkHttp's own threads, which run callbacks, take nothing
  /// but an `IOException`.
  ///
  /// @throws CancelledException on a thread that works
  static IOException told(CancelledException cancelled) {
    if (Cancellation.current() != Cancellation.detached()) {
      throw cancelled;
    }
    return new IOException(cancelled.getMessage(), cancelled);
  }

  /// Nothing can be stopped any more. Who works waits for a cancel in flight, so that none hits its
  /// next call on the same connection; a thread of OkHttp's must not, for the cancel may wait for
  /// it.
  void over() {
    if (Cancellation.current() == Cancellation.detached()) {
      Thread.ofVirtual().name("hangup-release").start(registration::close);
    } else {
      registration.close();
    }
  }
}
