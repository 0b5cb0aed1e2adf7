package dev.hangup.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.Observability;
import dev.hangup.testkit.RawClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a request says of how well its client is seen.
class ObservabilityTest {
  private final CompletableFuture<Request> request = new CompletableFuture<>();
  private final Semaphore free = new Semaphore(0);
  private final Handler waiting =
      (asked, response) -> {
        request.complete(asked);
        free.acquire();
        response.text("fine");
      };

  private Observability now() throws Exception {
    return request.get(30, TimeUnit.SECONDS).observability();
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void clientThatSentMoreThanIsReadAheadIsSeenByWritingOnly(ServerOptions.Transport transport)
      throws Exception {
    try (Harness harness = Harness.start(waiting, o -> o.withTransport(transport));
        RawClient client = harness.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 2000000\r\n\r\n");
      assertThat(now()).isEqualTo(Observability.FULL);
      client.send(new byte[1_500_000]);
      Harness.await("reading is paused", () -> at(Observability.WRITE_ONLY));
      assertThat(request.join().body().readNBytes(1_400_000)).hasSize(1_400_000);
      Harness.await("reading goes on", () -> at(Observability.FULL));
      free.release();
    }
  }

  private boolean at(Observability expected) {
    return request.join().observability() == expected;
  }

  @Test
  void halfClosedClientIsSeenByWritingOnly() throws Exception {
    try (Harness harness = Harness.start(waiting);
        RawClient client = harness.connect()) {
      client.send(Harness.get("/"));
      assertThat(now()).isEqualTo(Observability.FULL);
      client.halfClose();
      Harness.await("the half-close is seen", () -> at(Observability.WRITE_ONLY));
      free.release();
      assertThat(client.readAll()).endsWith("fine");
    }
  }

  @Test
  void ignoredHalfCloseHidesAClose() throws Exception {
    try (Harness harness = Harness.start(waiting, o -> o.withHalfClose(HalfClose.IGNORE));
        RawClient client = harness.connect()) {
      client.send(Harness.get("/"));
      assertThat(now()).isEqualTo(Observability.WRITE_ONLY);
      free.release();
    }
  }

  @Test
  void streamIsSeenWhateverItSends() throws Exception {
    try (Harness harness = Harness.start(waiting);
        Http2Peer client = Http2Peer.connect(harness)) {
      client.get("/");
      assertThat(now()).isEqualTo(Observability.FULL);
      free.release();
    }
  }
}
