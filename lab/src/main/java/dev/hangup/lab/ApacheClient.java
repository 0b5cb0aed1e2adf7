package dev.hangup.lab;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.FutureTask;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/// Apache's HttpClient 5, classic: the request's `cancel()`.
final class ApacheClient implements Client {
  private final CloseableHttpClient client = HttpClients.createDefault();

  @Override
  public Call begin(URI uri) {
    HttpGet request = new HttpGet(uri);
    FutureTask<?> answer =
        new FutureTask<>(() ->
            client.execute(request, response -> EntityUtils.toByteArray(response.getEntity())));
    var _ = Thread.startVirtualThread(answer);
    return new FutureCall(answer, request::cancel);
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
