package dev.hangup.testkit;

/// What a peer's socket saw of a client that left in the middle of an exchange.
///
/// @param manner how it left
/// @param error the code of a stream reset (RFC 9113 §7), else 0
/// @param at when, by [System#nanoTime()]
record Sight(Leaving manner, long error, long at) {
  static Sight of(Leaving manner) {
    return new Sight(manner, 0, System.nanoTime());
  }

  @Override
  public String toString() {
    return manner.name() + (error == 0 ? "" : " with error " + error);
  }
}
