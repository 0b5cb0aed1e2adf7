package dev.hangup;

import java.util.function.Consumer;

/// Who is told of a work's cancel, on a thread of its own, and waited for by nobody.
final class Follower extends Entry {
  final Consumer<CancelReason> told;

  Follower(Consumer<CancelReason> told) {
    this.told = told;
  }
}
