package dev.hangup.client.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hangup.CancelReason;
import dev.hangup.CancelScope;
import dev.hangup.CancelledException;
import dev.hangup.Fork;
import dev.hangup.Hangup;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is this client's own, besides the contract.
class CancellableHttpClientTest {
  private static final String TWO_LINES =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\none\ntwo\n\r\n";
  private static final String ALL =
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nall";

  private final HttpClient client = CancellableHttpClient.wrap(HttpClient.newHttpClient());

  @AfterEach
  void close() {
    client.shutdownNow();
  }

  private static HttpRequest request(HangingPeer peer) {
    return HttpRequest.newBuilder(peer.uri()).build();
  }

  @Test
  void linesStop() throws Exception {
    CompletableFuture<Boolean> second = new CompletableFuture<>();
    try (HangingPeer peer = new HangingPeer(TWO_LINES);
        CancelScope scope = CancelScope.open()) {
      Fork<Long> reader =
          scope.fork(() -> {
            try (Stream<String> lines = client.send(request(peer), BodyHandlers.ofLines()).body()) {
              return lines
                  .filter(line -> line.equals("two"))
                  .peek(_ -> second.complete(true))
                  .count();
            }
          });
      second.get(30, TimeUnit.SECONDS);
      scope.cancel(new CancelReason.ClientClosed());
      assertThatThrownBy(reader::join).isInstanceOf(CancelledException.class);
      assertThat(peer.awaitLeft()).isTrue();
    }
  }

  @Test
  void publisherTellsOfTheCancel() throws Exception {
    CompletableFuture<Boolean> received = new CompletableFuture<>();
    CompletableFuture<Throwable> failed = new CompletableFuture<>();
    try (HangingPeer peer = new HangingPeer(TWO_LINES);
        CancelScope scope = CancelScope.open()) {
      scope.call(() -> {
        client
            .send(request(peer), BodyHandlers.ofPublisher())
            .body()
            .subscribe(new Recorder(received, failed));
        return true;
      });
      received.get(30, TimeUnit.SECONDS);
      scope.cancel(new CancelReason.ClientClosed());
      assertThat(failed.get(30, TimeUnit.SECONDS)).isInstanceOf(CancelledException.class);
      assertThat(peer.awaitLeft()).isTrue();
    }
  }

  /// Tells of the first buffers, and of the failure.
  private record Recorder(CompletableFuture<Boolean> received, CompletableFuture<Throwable> failed)
      implements Flow.Subscriber<List<ByteBuffer>> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      received.complete(true);
    }

    @Override
    public void onError(Throwable failure) {
      failed.complete(failure);
    }

    @Override
    public void onComplete() {
      failed.completeExceptionally(new AssertionError("complete"));
    }
  }

  @Test
  void cancelOfTheFutureReachesThePeer() throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      for (boolean derived : new boolean[] {false, true}) {
        try (HangingPeer peer = new HangingPeer("")) {
          CompletableFuture<HttpResponse<String>> sent =
              scope.call(() -> client.sendAsync(request(peer), BodyHandlers.ofString()));
          peer.awaitRequest();
          CompletableFuture<?> given = derived ? sent.thenApply(HttpResponse::body) : sent;
          assertThat(given.cancel(true)).isTrue();
          assertThat(peer.awaitLeft()).isTrue();
          assertThat(sent.handle((_, failure) -> failure instanceof CancelledException).join())
              .isFalse();
        }
      }
    }
  }

  @Test
  void futureOutlivesTheWorkThatCompletes() throws Exception {
    try (HangingPeer peer = new HangingPeer(ALL)) {
      CompletableFuture<HttpResponse<String>> sent;
      try (CancelScope scope = CancelScope.open()) {
        sent = scope.call(() -> client.sendAsync(request(peer), BodyHandlers.ofString()));
      }
      assertThat(sent.get(30, TimeUnit.SECONDS).body()).isEqualTo("all");
    }
  }

  @Test
  void whatIsLeftTakesThePlaceOfTheRequestsOwn() throws Exception {
    try (HangingPeer peer = new HangingPeer(ALL)) {
      HttpRequest request =
          HttpRequest.newBuilder(peer.uri())
              .header("Request-Timeout", "60")
              .header("X-Kept", "yes")
              .build();
      HttpResponse<String> response =
          Hangup.withDeadline(
              Duration.ofSeconds(50), () -> client.send(request, BodyHandlers.ofString()));
      assertThat(response.body()).isEqualTo("all");
      assertThat(peer.awaitRequest())
          .contains("X-Kept: yes")
          .doesNotContain("Request-Timeout: 60")
          .anyMatch(line -> line.startsWith("Request-Timeout: 4"));
    }
  }
}
