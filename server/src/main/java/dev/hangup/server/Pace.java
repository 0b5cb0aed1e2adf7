package dev.hangup.server;

import java.util.concurrent.TimeUnit;

/// Whether the client of one exchange sends its body, and takes its answer, fast enough
/// ([ServerOptions#withMinDataRate(int)]): a handler and its memory are not to be held for nothing.
///
/// A body is too slow where the handler has waited for it for more than the grace, and for less
/// than the rate on average. An answer is judged by its progress, which the kernel's buffers make
/// uneven: it is too slow where nothing was taken for as long as the write-ahead may take.
///
/// Looked at again and again while the request is in flight; only the event loop.
final class Pace {
  private static final long GRACE = TimeUnit.SECONDS.toNanos(5);

  private final int rate;
  private final long patience;
  private long lookedAt;
  private long starved;
  private long stuck;
  private long taken;

  Pace(int rate, int writeAhead, long now) {
    this.rate = rate;
    this.patience = GRACE + TimeUnit.SECONDS.toNanos(writeAhead) / Math.max(1, rate);
    this.lookedAt = now;
  }

  /// What a look finds wrong.
  enum Verdict {
    FINE,
    SENDS_TOO_SLOWLY,
    TAKES_TOO_SLOWLY
  }

  /// One look.
  ///
  /// @param awaited whether the handler waits for more of the body
  /// @param received how many bytes of the body have come
  /// @param pending whether part of the answer waits for the client
  /// @param sent how many bytes of the answer the kernel has taken
  Verdict look(long now, boolean awaited, long received, boolean pending, long sent) {
    long passed = now - lookedAt;
    lookedAt = now;
    if (rate == 0) {
      return Verdict.FINE;
    }
    starved += awaited ? passed : 0;
    if (starved > GRACE && received < rate * TimeUnit.NANOSECONDS.toSeconds(starved)) {
      return Verdict.SENDS_TOO_SLOWLY;
    }
    stuck = pending && sent == taken ? stuck + passed : 0;
    taken = sent;
    return stuck > patience ? Verdict.TAKES_TOO_SLOWLY : Verdict.FINE;
  }
}
