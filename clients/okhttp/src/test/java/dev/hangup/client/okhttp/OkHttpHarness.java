package dev.hangup.client.okhttp;

import dev.hangup.testkit.ClientContract;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/// Plain code over the client.
record OkHttpHarness(OkHttpClient client) implements ClientContract.Client {
  private static final String LATE =
      "RealCall.getResponseWithInterceptorChain fails by itself where a cancel comes between the"
          + " interceptors and the caller: ours is the cause";
  static final Map<String, String> DIFFERENCES =
      Map.of(
          "async",
          "Callback.onFailure takes an IOException: ours is its cause",
          "sync",
          LATE,
          "stream",
          LATE,
          "error",
          "Http2Connection answers what still comes for a stream that was just closed with"
              + " PROTOCOL_ERROR, which may overtake CANCEL");

  static OkHttpHarness start(ClientContract.Setup setup) {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .sslSocketFactory(setup.tls().getSocketFactory(), setup.trust())
            .protocols(
                switch (setup.protocol()) {
                  case HTTP1, HTTP1_TLS -> List.of(Protocol.HTTP_1_1);
                  case HTTP2 -> List.of(Protocol.H2_PRIOR_KNOWLEDGE);
                  case HTTP2_TLS -> List.of(Protocol.HTTP_2, Protocol.HTTP_1_1);
                })
            .readTimeout(Duration.ofMinutes(1));
    setup.timeout().ifPresent(builder::readTimeout);
    return new OkHttpHarness(CancellableOkHttp.wrap(builder.build()));
  }

  private Call call(URI uri) {
    return client.newCall(new Request.Builder().url(uri.toString()).build());
  }

  @Override
  public String get(URI uri) throws IOException {
    try (Response response = call(uri).execute()) {
      return response.body().string();
    }
  }

  @Override
  public CompletableFuture<String> getAsync(URI uri) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    call(uri)
        .enqueue(
            new Callback() {
              @Override
              public void onResponse(Call call, Response response) {
                try (response) {
                  answer.complete(response.body().string());
                } catch (IOException e) {
                  answer.completeExceptionally(e);
                }
              }

              @Override
              public void onFailure(Call call, IOException failure) {
                answer.completeExceptionally(failure);
              }
            });
    return answer;
  }

  @Override
  public InputStream stream(URI uri) throws IOException {
    return call(uri).execute().body().byteStream();
  }

  @Override
  public void close() {
    client.dispatcher().cancelAll();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
