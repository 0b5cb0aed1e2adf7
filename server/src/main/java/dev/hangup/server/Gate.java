package dev.hangup.server;

import java.util.LinkedHashSet;
import java.util.List;

/// Lets so many handlers run at once; the others wait for their turn, up to a bound. A place is
/// free again when its **handler** has returned, whatever became of the client: else resets would
/// buy an attacker any number of handlers (CVE-2023-44487). For any thread.
final class Gate {
  /// What becomes of a request that comes to the gate.
  enum Verdict {
    PASS,
    WAIT,
    REFUSE
  }

  private final int places;
  private final int maxWaiting;
  private final int maxStragglers;

  // Guarded by this
  private int taken;
  private int stragglers;
  private final LinkedHashSet<Entrance> waiting = new LinkedHashSet<>();

  Gate(int places, int maxWaiting, int maxStragglers) {
    this.places = places;
    this.maxWaiting = maxWaiting;
    this.maxStragglers = maxStragglers;
  }

  synchronized Verdict enter(Entrance entrance) {
    if (stragglers >= maxStragglers) {
      return Verdict.REFUSE;
    }
    if (taken < places) {
      taken++;
      return Verdict.PASS;
    }
    if (waiting.size() >= maxWaiting) {
      return Verdict.REFUSE;
    }
    waiting.add(entrance);
    return Verdict.WAIT;
  }

  /// The place goes to the next that waits.
  void leave() {
    Entrance next;
    synchronized (this) {
      next = waiting.isEmpty() ? null : waiting.removeFirst();
      if (next == null) {
        taken--;
      }
    }
    if (next != null) {
      next.turn();
    }
  }

  /// Waits no more. Returns false if its turn has come meanwhile.
  synchronized boolean forget(Entrance entrance) {
    return waiting.remove(entrance);
  }

  /// One more handler ignores its cancel. Once there are too many, those that wait are sent away
  /// too: the places that they wait for may not become free for long.
  void straggles() {
    List<Entrance> sentAway;
    synchronized (this) {
      stragglers++;
      sentAway = stragglers < maxStragglers ? List.of() : List.copyOf(waiting);
      waiting.removeAll(sentAway);
    }
    sentAway.forEach(Entrance::sentAway);
  }

  /// One that ignored its cancel has returned at last.
  synchronized void straggledEnough() {
    stragglers--;
  }

  synchronized int taken() {
    return taken;
  }

  synchronized int waiting() {
    return waiting.size();
  }

  synchronized int stragglers() {
    return stragglers;
  }
}
