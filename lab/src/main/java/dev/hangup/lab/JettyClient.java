package dev.hangup.lab;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.HttpClientTransportOverHTTP2;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/// Jetty's client: the request's `abort()`.
final class JettyClient implements Client {
  private final HttpClient client;

  JettyClient(Experiment experiment) throws Exception {
    ClientConnector connector = new ClientConnector();
    SslContextFactory.Client tls = new SslContextFactory.Client(true);
    connector.setSslContextFactory(tls);
    this.client =
        new HttpClient(
            experiment.protocol().equals("h2")
                ? new HttpClientTransportOverHTTP2(new HTTP2Client(connector))
                : new HttpClientTransportOverHTTP(connector));
    client.start();
  }

  @Override
  public Call begin(URI uri) {
    Request request = client.newRequest(uri);
    CompletableFuture<Object> answer = new CompletableFuture<>();
    request.send(result -> {
      if (result.isFailed()) {
        answer.completeExceptionally(result.getFailure());
      } else {
        answer.complete(result.getResponse());
      }
    });
    return new FutureCall(
        answer,
        () -> {
          var _ = request.abort(new CancellationException());
        });
  }

  @Override
  public void close() throws IOException {
    try {
      client.stop();
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
