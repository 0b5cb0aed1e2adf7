package dev.hangup.demo;

import dev.hangup.client.jdk.CancellableHttpClient;
import dev.hangup.server.HttpException;
import dev.hangup.server.RequestId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.stream.Stream;

/// The services that the handlers call. A call stops with the request that it is made for.
final class Services implements AutoCloseable {
  private final HttpClient client =
      CancellableHttpClient.wrap(
          HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
  private final URI home;

  /// @param home where they are
  Services(URI home) {
    this.home = home;
  }

  /// Calls one and waits for its answer.
  ///
  /// @throws HttpException 502 if the service failed
  String call(String target) throws InterruptedException {
    return send(target, BodyHandlers.ofString());
  }

  /// Calls one that answers line by line; to be closed.
  ///
  /// @throws HttpException 502 if the service failed
  Stream<String> lines(String target) throws InterruptedException {
    return send(target, BodyHandlers.ofLines());
  }

  private <T> T send(String target, BodyHandler<T> body) throws InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(home.resolve(target));
    String service = target.split("\\?", 2)[0];
    RequestId.current().ifPresent(id -> request.header("X-Request-Id", id + "." + service));
    try {
      HttpResponse<T> answer = client.send(request.build(), body);
      if (answer.statusCode() != 200) {
        throw new IOException("status " + answer.statusCode());
      }
      return answer.body();
    } catch (IOException failure) {
      throw failed(service, failure);
    }
  }

  /// What to answer where a service failed.
  static HttpException failed(String service, Exception failure) {
    HttpException answer =
        new HttpException(502, "the service " + service + " failed: " + failure.getMessage());
    answer.initCause(failure);
    return answer;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
