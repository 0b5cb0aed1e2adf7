package dev.hangup;

import org.jspecify.annotations.Nullable;

/// A link in one of the lists of a [Work]: constant-time removal, no allocation beside the entry
/// itself. Guarded by the lock of the entry's tree.
abstract sealed class Entry permits Listener, Run, Region, Shield, Work {
  @Nullable Entry previous;
  @Nullable Entry next;

  /// A list of entries. Guarded by the lock of the tree.
  static final class Chain {
    @Nullable Entry first;

    void add(Entry entry) {
      Entry head = first;
      entry.next = head;
      if (head != null) {
        head.previous = entry;
      }
      first = entry;
    }

    void remove(Entry entry) {
      Entry before = entry.previous;
      Entry after = entry.next;
      if (before != null) {
        before.next = after;
      } else {
        first = after;
      }
      if (after != null) {
        after.previous = before;
      }
      entry.previous = null;
      entry.next = null;
    }

    boolean isEmpty() {
      return first == null;
    }
  }
}
