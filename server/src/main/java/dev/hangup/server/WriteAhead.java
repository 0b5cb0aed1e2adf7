package dev.hangup.server;

import java.util.concurrent.atomic.AtomicLong;

/// The budget of what all answers together may have waiting for their clients. Past it each may
/// have a little, and whoever writes more waits: a client that reads is served, only in more turns.
/// For any thread.
final class WriteAhead {
  /// What each response may have in any case: counted by nobody.
  static final int FLOOR = 16 << 10;

  private final int perResponse;
  private final long total;
  private final AtomicLong held = new AtomicLong();

  WriteAhead(int perResponse, long total) {
    this.perResponse = perResponse;
    this.total = total;
  }

  void take(long bytes) {
    held.addAndGet(bytes);
  }

  void give(long bytes) {
    held.addAndGet(-bytes);
  }

  /// How many bytes of one response may wait now.
  int allowance() {
    return held.get() >= total ? Math.min(FLOOR, perResponse) : perResponse;
  }

  /// For tests: what waits now.
  long held() {
    return held.get();
  }
}
