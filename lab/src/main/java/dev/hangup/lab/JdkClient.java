package dev.hangup.lab;

import dev.hangup.testkit.AnyCertificate;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;

/// The JDK's client: its future is cancelled, or the virtual thread that waits is interrupted.
final class JdkClient implements Client {
  private final HttpClient client;
  private final boolean interrupted;

  JdkClient(Experiment experiment) throws GeneralSecurityException {
    boolean http2 = experiment.protocol().equals("h2");
    this.interrupted = experiment.leaving().startsWith("interrupt");
    this.client =
        HttpClient.newBuilder()
            .version(http2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
            .sslContext(AnyCertificate.context())
            .build();
  }

  @Override
  public Call begin(URI uri) {
    HttpRequest request = HttpRequest.newBuilder(uri).build();
    if (interrupted) {
      FutureTask<?> answer =
          new FutureTask<>(() -> client.send(request, BodyHandlers.discarding()));
      Thread thread = Thread.startVirtualThread(answer);
      return new FutureCall(answer, thread::interrupt);
    }
    CompletableFuture<?> answer = client.sendAsync(request, BodyHandlers.discarding());
    return new FutureCall(answer, () -> answer.cancel(true));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
