package dev.hangup.testkit;

import dev.hangup.CancelScope;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The seeds' experiment: a server waits, then sends 100 MB; its client gives up before. How much
/// can the server send?
final class ClientExperiment {
  private ClientExperiment() {}

  /// @param cancelled whether the client's work is cancelled half way through the wait
  /// @return bytes that the peer's kernel took
  static long run(Peer peer, ClientContract.Client client, boolean cancelled) throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      var _ = scope.fork(() -> client.get(peer.uri(Scene.LARGE)).length());
      Exchange exchange = peer.next();
      exchange.awaitScene(10_000);
      new CountDownLatch(1).await(Scene.LARGE_WAIT_MILLIS / 2, TimeUnit.MILLISECONDS);
      if (cancelled) {
        scope.cancel(ClientContract.hangUp());
      }
      exchange.awaitOver(60_000);
      return exchange.sent();
    }
  }
}
