package dev.hangup.server;

import java.util.concurrent.atomic.AtomicLong;

/// The budget of what all connections together may read ahead. An HTTP/1.1 connection may always
/// read a little: who reads nothing sees nothing. For any thread.
final class ReadAhead {
  private static final int FLOOR = 64 << 10;

  private final int perRequest;
  private final long total;
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong reserved = new AtomicLong();

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

  /// Takes what was promised to a client that it may send.
  ///
  /// @return whether there is so much
  boolean tryReserve(long bytes) {
    if (held.get() + reserved.addAndGet(bytes) <= total) {
      return true;
    }
    reserved.addAndGet(-bytes);
    return false;
  }

  void release(long bytes) {
    reserved.addAndGet(-bytes);
  }

  boolean isUsedUp() {
    return held.get() + reserved.get() >= total;
  }

  int perRequest() {
    return perRequest;
  }

  /// How many unread bytes an HTTP/1.1 connection may hold now.
  int allowance() {
    return isUsedUp() ? FLOOR : perRequest;
  }

  /// For tests: what is held now.
  long held() {
    return held.get();
  }

  /// For tests: what is promised now.
  long reserved() {
    return reserved.get();
  }
}
