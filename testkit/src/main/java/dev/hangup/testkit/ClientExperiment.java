package dev.hangup.testkit;

import dev.hangup.CancelScope;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The seeds' experiment: a server waits, then sends 100 MB; its client gives up before. How much
/// can the server send?
final class ClientExperiment {
  private ClientExperiment() {}

  /// Makes a call in each of the modes, all at once, and cancels their work half way through the
  /// wait.
  ///
  /// @return how many bytes the peer's kernel took, by the mode
  static Map<String, Long> run(
      Peer peer, ClientContract.Client client, List<ClientContract.Mode> modes) throws Exception {
    try (CancelScope scope = CancelScope.open()) {
      Map<String, Exchange> exchanges = new TreeMap<>();
      for (ClientContract.Mode mode : modes) {
        ClientCall call = new ClientCall(mode, client, peer.uri(Scene.LARGE));
        var _ = scope.fork(call::run);
        Exchange exchange = peer.next();
        exchange.awaitScene(30_000);
        exchanges.put(mode.toString(), exchange);
      }
      new CountDownLatch(1).await(Scene.LARGE_WAIT_MILLIS / 2, TimeUnit.MILLISECONDS);
      scope.cancel(ClientContract.hangUp());
      Map<String, Long> sent = new TreeMap<>();
      for (Map.Entry<String, Exchange> exchange : exchanges.entrySet()) {
        exchange.getValue().awaitOver(30_000);
        sent.put(exchange.getKey(), exchange.getValue().sent());
      }
      return sent;
    }
  }
}
