package dev.hangup.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;

/// What the requests that a server has in flight at once take, and how soon they stop when all
/// their clients leave.
///
/// @param heap bytes that a full collection leaves for each
/// @param resident bytes of resident memory for each
/// @param first nanoseconds from the last close to the last handler's stop, if they are told; a JVM
///   has compiled little of what it runs for that
/// @param fifth the same, of the fifth time that all leave
record Footprint(Peer peer, long heap, long resident, OptionalLong first, OptionalLong fifth) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int WARM_UP = 200;
  private static final int GROUP = 32;
  private static final int DEPARTURES = 5;

  static Footprint measure(PeerProcess server, int requests)
      throws IOException, InterruptedException {
    try (InFlightClients warmUp = new InFlightClients()) {
      warmUp.ask(server.port(), "/", GROUP);
      askToWait(warmUp, server, 0, WARM_UP);
    }
    int before = server.peer().tellsOfHangUps() ? 0 : WARM_UP;
    awaitWaiting(server, before);
    long heap = server.heap();
    long resident = server.resident();
    try (InFlightClients clients = new InFlightClients()) {
      askToWait(clients, server, before, requests);
      long heapEach = (server.heap() - heap) / requests;
      long residentEach = (server.resident() - resident) / requests;
      OptionalLong first = stopped(server, clients.leave());
      OptionalLong last = first;
      for (int i = 1; i < DEPARTURES && first.isPresent(); i++) {
        askToWait(clients, server, 0, requests);
        last = stopped(server, clients.leave());
      }
      return new Footprint(server.peer(), heapEach, residentEach, first, last);
    }
  }

  /// In groups that fit into any server's queue of connections.
  private static void askToWait(InFlightClients clients, PeerProcess server, int before, int count)
      throws IOException, InterruptedException {
    for (int asked = 0; asked < count; ) {
      int group = Math.min(GROUP, count - asked);
      clients.ask(server.port(), Waiting.PATH, group);
      asked += group;
      awaitWaiting(server, before + asked);
    }
  }

  private static OptionalLong stopped(PeerProcess server, long left)
      throws IOException, InterruptedException {
    if (!server.peer().tellsOfHangUps()) {
      return OptionalLong.empty();
    }
    awaitWaiting(server, 0);
    return OptionalLong.of(server.lastStopped() - left);
  }

  private static void awaitWaiting(PeerProcess server, int count)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    int waiting = server.waiting();
    while (waiting != count) {
      if (System.nanoTime() > end) {
        throw new IOException(
            server.peer().title + ": " + waiting + " handlers wait (expected: " + count + ")");
      }
      Thread.sleep(1);
      waiting = server.waiting();
    }
  }
}
