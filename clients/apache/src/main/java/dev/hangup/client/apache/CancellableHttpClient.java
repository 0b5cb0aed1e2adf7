package dev.hangup.client.apache;

import dev.hangup.Cancellation;
import java.io.IOException;
import java.util.Objects;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/// A blocking client whose requests stop with the work that sends them.
///
/// {@snippet class="dev.hangup.client.apache.SnippetsTest" region="classic"}
///
/// **Cancellation**: a request belongs to the [Cancellation#current()] of the thread that executes
/// it, until its response is closed or read to its end. When that work is cancelled the request is
/// cancelled too, whether it waits for a connection, for the response or for the body: the
/// connection is reset, and never goes back to the pool. Executing and reading throw a
/// [dev.hangup.CancelledException]. The thread is interrupted only if that does not help. The
/// request carries the time that is left as `Request-Timeout`; where nothing is left, nothing is
/// sent. Requests executed outside of any work are left as they are.
///
/// **Thread safety**: as the client's.
public final class CancellableHttpClient extends CloseableHttpClient {
  private final CloseableHttpClient client;

  private CancellableHttpClient(CloseableHttpClient client) {
    this.client = client;
  }

  /// Wraps a client.
  ///
  /// @param client executes the requests; closed with the result
  /// @return the client to use
  public static CloseableHttpClient wrap(CloseableHttpClient client) {
    return client instanceof CancellableHttpClient
        ? client
        : new CancellableHttpClient(Objects.requireNonNull(client, "client"));
  }

  @Override
  protected CloseableHttpResponse doExecute(
      @Nullable HttpHost target, ClassicHttpRequest request, @Nullable HttpContext context)
      throws IOException {
    Cancellation work = Cancellation.current();
    return CloseableHttpResponse.adapt(
        work == Cancellation.detached()
            ? client.executeOpen(target, request, context)
            : new ClassicCall(work, request).execute(client, target, context));
  }

  @Override
  public void close(CloseMode mode) {
    client.close(mode);
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
