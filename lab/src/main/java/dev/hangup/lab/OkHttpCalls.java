package dev.hangup.lab;

import dev.hangup.testkit.AnyCertificate;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.FutureTask;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/// OkHttp: `Call.cancel()`.
final class OkHttpCalls implements Client {
  private final OkHttpClient client;

  OkHttpCalls(Experiment experiment) throws GeneralSecurityException {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .sslSocketFactory(AnyCertificate.context().getSocketFactory(), new AnyCertificate())
            .hostnameVerifier((_, _) -> true);
    if (experiment.protocol().equals("h1")) {
      builder.protocols(List.of(Protocol.HTTP_1_1));
    }
    this.client = builder.build();
  }

  @Override
  public Client.Call begin(URI uri) {
    okhttp3.Call call = client.newCall(new Request.Builder().url(uri.toString()).build());
    FutureTask<?> answer =
        new FutureTask<>(() -> {
          try (Response response = call.execute()) {
            return response.body().bytes();
          }
        });
    var _ = Thread.startVirtualThread(answer);
    return new FutureCall(answer, call::cancel);
  }

  @Override
  public void close() {
    client.dispatcher().cancelAll();
    client.connectionPool().evictAll();
  }
}
