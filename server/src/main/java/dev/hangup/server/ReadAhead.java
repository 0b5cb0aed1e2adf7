package dev.hangup.server;

import java.util.concurrent.atomic.AtomicLong;

/// The budget of what all connections together may read ahead. A connection may always read a
/// little: who reads nothing sees nothing.
final class ReadAhead {
  private static final int FLOOR = 64 << 10;

  private final int perRequest;
  private final long total;
  private final AtomicLong held = new AtomicLong();

  ReadAhead(int perRequest, long total) {
    this.perRequest = perRequest;
    this.total = total;
  }

  void take(long bytes) {
    held.addAndGet(bytes);
  }

  void give(long bytes) {
    held.addAndGet(-bytes);
  }

  /// How many unread bytes a connection may hold now.
  int allowance() {
    return held.get() < total ? perRequest : FLOOR;
  }

  /// For tests: what is held now.
  long held() {
    return held.get();
  }
}
