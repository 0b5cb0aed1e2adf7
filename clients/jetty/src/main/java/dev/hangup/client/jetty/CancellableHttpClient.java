package dev.hangup.client.jetty;

import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.DeadlineFields;
import dev.hangup.Registration;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;

/// Makes a Jetty client's requests stop with the work that sends them.
///
/// {@snippet class="dev.hangup.client.jetty.SnippetsTest" region="wrap"}
///
/// **Cancellation**: a request belongs to the [Cancellation#current()] of the thread that sends it,
/// until it is complete, its body and its redirects included. When that work is cancelled the
/// request is aborted: HTTP/1.1 closes the connection, HTTP/2 resets the one stream. A listener's
/// result fails with a [CancelledException]; `send()`, and waits for a listener, throw it as the
/// cause of Jetty's exception, or are interrupted. The request carries the time that is left as
/// `Request-Timeout`, in place of one of its own; where less than a millisecond is left it fails
/// without being sent. Requests sent outside of any work are left as they are.
///
/// **Thread safety**: as the client's.
///
/// **Errors**: what the client throws, where the work was not cancelled.
public final class CancellableHttpClient {
  private CancellableHttpClient() {}

  /// Makes the client's requests stop. The client itself is changed, so that code that has it
  /// already profits too; call this once for each client.
  ///
  /// @param client started or not
  /// @return the same client
  public static HttpClient wrap(HttpClient client) {
    client
        .getRequestListeners()
        .addQueuedListener(request -> join(Cancellation.current(), request));
    return client;
  }

  /// On the sender's thread, before anything is sent.
  private static void join(Cancellation work, Request request) {
    if (work == Cancellation.detached()) {
      return;
    }
    try {
      DeadlineFields.write(work)
          .ifPresent(
              left -> request.headers(fields -> fields.put(DeadlineFields.REQUEST_TIMEOUT, left)));
    } catch (CancelledException late) {
      var _ = request.abort(late);
      return;
    }
    Registration registration =
        work.onCancel(reason -> {
          var _ = request.abort(new CancelledException(reason));
        });
    // Elsewhere: it waits for an abort in flight, which may wait for what is notified of here.
    request.onComplete(_ -> Thread.ofVirtual().name("hangup-release").start(registration::close));
  }
}
