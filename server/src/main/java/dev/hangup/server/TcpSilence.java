package dev.hangup.server;

/// How long nothing was heard from a client's kernel, and how much of ours stayed unanswered in
/// that time: what Linux tells in `TCP_INFO`, from one look to the next.
///
/// The law: **gone is who was silent for the limit, and for the time that an answer may take, while
/// five of our transmissions stayed unanswered; or for six limits (20 to 60 s, never less than the
/// limit) while two did.** Silence alone proves nothing: keep-alive probes, which a living kernel
/// answers, are suspended while bytes of ours are unacknowledged or its window is shut. Then come
/// only retransmissions and window probes, each after twice the time of the one before. What is
/// sent again was sent before, and that counts too, where the limit leaves time for just four
/// retransmissions; on a slower network five, which come late anyway, are the surer sign. A short
/// limit leaves no time for five: then as many as it has probes, but for one, and at least two.
///
/// @param millis since anything was heard
/// @param probes keep-alive and window probes since then
/// @param retransmits by timeout, since data was last acknowledged; the kernel counts neither fast
///   retransmissions nor tail loss probes here, so each stands for a longer wait
/// @param before how many of these came before the silence
record TcpSilence(long millis, int probes, int retransmits, int before) {
  static final TcpSilence NONE = new TcpSilence(0, 0, 0, 0);

  private static final int ENOUGH = 5;
  private static final int SOME = 2;
  private static final int FOUR_TIMEOUTS = 1 + 2 + 4 + 8;
  private static final long LEAST_BACKSTOP = 20_000;
  private static final long MOST_BACKSTOP = 60_000;

  /// The next look.
  TcpSilence then(long nextMillis, int nextProbes, int nextRetransmits) {
    boolean heard = nextMillis < millis;
    int earlier = Math.min(heard ? retransmits : before, nextRetransmits);
    return new TcpSilence(nextMillis, nextProbes, nextRetransmits, earlier);
  }

  /// @param answerMillis how long after a transmission its answer may still come, and so the first
  ///   time-out
  int unanswered(long limitMillis, long answerMillis) {
    int again = retransmits - before;
    boolean fast = FOUR_TIMEOUTS * answerMillis <= limitMillis;
    return probes + again + (again > 0 && fast ? 1 : 0);
  }

  /// @param limitMillis how long nothing need be heard
  boolean meansGone(long limitMillis, long answerMillis) {
    long probesInLimit = limitMillis / (1_000L * probeSeconds(limitMillis));
    long enough = Math.clamp(probesInLimit - 1, SOME, ENOUGH);
    long least = limitMillis + Math.min(answerMillis, limitMillis);
    long backstop = Math.max(least, Math.clamp(6 * limitMillis, LEAST_BACKSTOP, MOST_BACKSTOP));
    int unanswered = unanswered(limitMillis, answerMillis);
    return (millis >= least && unanswered >= enough) || (millis >= backstop && unanswered >= SOME);
  }

  /// The time from one keep-alive probe to the next. Linux gives up after 127 at most: the limit
  /// comes before.
  static int probeSeconds(long limitMillis) {
    return (int) Math.max(1, limitMillis / 60_000);
  }
}
