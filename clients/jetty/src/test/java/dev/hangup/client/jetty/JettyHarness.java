package dev.hangup.client.jetty;

import dev.hangup.testkit.ClientContract;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.CompletableResponseListener;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.HttpClientTransportOverHTTP2;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/// Plain code over the client.
record JettyHarness(HttpClient client, ClientContract.Setup setup)
    implements ClientContract.Client {
  private static final String WRAPS =
      "Request.send and InputStreamResponseListener wait by themselves, so that an interrupt ends"
          + " the wait; else they wrap the failure of the request";
  static final Map<String, String> DIFFERENCES = Map.of("sync", WRAPS, "stream", WRAPS);

  static JettyHarness start(ClientContract.Setup setup) throws Exception {
    SslContextFactory.Client tls = new SslContextFactory.Client();
    tls.setSslContext(setup.tls());
    ClientConnector connector = new ClientConnector();
    connector.setSslContextFactory(tls);
    HttpClient client =
        CancellableHttpClient.wrap(
            new HttpClient(
                setup.protocol().isHttp2()
                    ? new HttpClientTransportOverHTTP2(new HTTP2Client(connector))
                    : new HttpClientTransportOverHTTP(connector)));
    client.setMaxConnectionsPerDestination(8); // as many as callers: it opens them ahead
    client.start();
    return new JettyHarness(client, setup);
  }

  private Request request(URI uri) {
    Request request = client.newRequest(uri);
    setup.timeout().ifPresent(t -> request.idleTimeout(t.toMillis(), TimeUnit.MILLISECONDS));
    return request;
  }

  @Override
  public String get(URI uri) throws Exception {
    try {
      return request(uri).send().getContentAsString();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  @Override
  public CompletableFuture<String> getAsync(URI uri) {
    return new CompletableResponseListener(request(uri))
        .send()
        .thenApply(ContentResponse::getContentAsString);
  }

  @Override
  public InputStream stream(URI uri) throws Exception {
    InputStreamResponseListener listener = new InputStreamResponseListener();
    request(uri).send(listener);
    listener.get(1, TimeUnit.MINUTES);
    return listener.getInputStream();
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
