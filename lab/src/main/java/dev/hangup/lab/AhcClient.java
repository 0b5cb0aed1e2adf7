package dev.hangup.lab;

import java.io.IOException;
import java.net.URI;
import org.asynchttpclient.AsyncHttpClient;
import org.asynchttpclient.Dsl;
import org.asynchttpclient.ListenableFuture;
import org.asynchttpclient.Response;

/// async-http-client: its future is cancelled.
final class AhcClient implements Client {
  private final AsyncHttpClient client = Dsl.asyncHttpClient();

  @Override
  public Call begin(URI uri) {
    ListenableFuture<Response> answer = client.prepareGet(uri.toString()).execute();
    return new FutureCall(answer, () -> answer.cancel(true));
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
