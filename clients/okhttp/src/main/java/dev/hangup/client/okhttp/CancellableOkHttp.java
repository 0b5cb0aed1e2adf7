package dev.hangup.client.okhttp;

import okhttp3.OkHttpClient;

/// Makes an OkHttp client's calls stop with the work that makes them.
///
/// {@snippet class="dev.hangup.client.okhttp.SnippetsTest" region="wrap"}
///
/// **Cancellation**: a call belongs to the [dev.hangup.Cancellation#current()] of the thread that
/// executes or enqueues it, until its response's body is read to its end or closed. When that work
/// is cancelled the call is cancelled too: the connection is closed (HTTP/1.1) or the one stream is
/// reset (HTTP/2), in whatever it waits for, and whether or not anybody reads. The thread is not
/// interrupted: OkHttp would not tell an HTTP/2 peer of that. `execute` and reads of the body throw
/// a [dev.hangup.CancelledException]; a [okhttp3.Callback], reads on a thread that does no work of
/// ours, and an `execute` that is cancelled in the instant of its return get an `IOException` with
/// that as its cause. The call carries the time that is left as `Request-Timeout`, in place of one
/// of its own; where less than a millisecond is left it fails without being sent. Calls made
/// outside of any work are left as they are.
///
/// **Thread safety**: as the client's.
///
/// **Errors**: what the client throws, where the work was not cancelled.
///
/// **Limits**: an enqueued call that waits for its turn in the dispatcher, and a thread that waits
/// for a name to be resolved, are told when that is over: OkHttp has no means to end it. A client
/// built from this one with an event listener of its own no longer hears whose work enqueued a
/// call; wrap that one again. WebSockets are left as they are.
public final class CancellableOkHttp {
  private CancellableOkHttp() {}

  /// A client with the same pool and settings, whose calls stop.
  ///
  /// @param client is not changed
  /// @return the client to use
  public static OkHttpClient wrap(OkHttpClient client) {
    OkHttpClient.Builder builder = client.newBuilder();
    builder.interceptors().removeIf(StoppingInterceptor.class::isInstance);
    builder.interceptors().add(0, new StoppingInterceptor()); // around all the others
    return builder.eventListenerFactory(Caller.heardBy(client.eventListenerFactory())).build();
  }
}
