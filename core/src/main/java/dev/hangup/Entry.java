package dev.hangup;

import org.jspecify.annotations.Nullable;

/// A link in one of the two lists of a [Work], which holds their heads: constant-time removal, and
/// no allocation beside the entry itself. Guarded by the lock of the entry's tree.
abstract sealed class Entry permits Follower, Listener, Run, Region, Shield, Work {
  private @Nullable Entry previous;
  @Nullable Entry next;

  /// Returns the list's new head.
  Entry addTo(@Nullable Entry head) {
    next = head;
    if (head != null) {
      head.previous = this;
    }
    return this;
  }

  /// Returns the list's new head.
  @Nullable Entry removeFrom(@Nullable Entry head) {
    Entry before = previous;
    Entry after = next;
    if (before != null) {
      before.next = after;
    }
    if (after != null) {
      after.previous = before;
    }
    previous = null;
    next = null;
    return before == null ? after : head;
  }
}
