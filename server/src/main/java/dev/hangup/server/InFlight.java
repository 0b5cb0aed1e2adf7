package dev.hangup.server;

import dev.hangup.Deadline;

/// Counts the handlers that run, to wait for the last one. For any thread.
final class InFlight {
  // Guarded by this
  private int running;

  synchronized void begin() {
    running++;
  }

  synchronized void end() {
    running--;
    if (running == 0) {
      notifyAll();
    }
  }

  synchronized int running() {
    return running;
  }

  /// Returns false if some still run when the time is over.
  synchronized boolean awaitNone(Deadline end) throws InterruptedException {
    while (running > 0 && !end.isExpired()) {
      wait(end.remaining().toMillis() + 1);
    }
    return running == 0;
  }
}
