package dev.hangup.bench;

import java.util.Locale;

/// How many listeners are registered besides the one that leaves, and which one leaves.
public enum Crowd {
  NOBODY(0, Leaves.NEWEST),
  NEWEST_OF_100(100, Leaves.NEWEST),
  ANY_OF_100(100, Leaves.ANY),
  OLDEST_OF_100(100, Leaves.OLDEST),
  NEWEST_OF_1000(1_000, Leaves.NEWEST),
  ANY_OF_1000(1_000, Leaves.ANY),
  OLDEST_OF_1000(1_000, Leaves.OLDEST),
  NEWEST_OF_20000(20_000, Leaves.NEWEST),
  ANY_OF_20000(20_000, Leaves.ANY),
  OLDEST_OF_20000(20_000, Leaves.OLDEST);

  final int others;
  final Leaves leaves;

  Crowd(int others, Leaves leaves) {
    this.others = others;
    this.leaves = leaves;
  }

  /// For people.
  String title() {
    return others == 0
        ? "no others"
        : String.format(Locale.ROOT, "%,d others: %s", others, leaves.title);
  }

  /// Which of the listeners leaves.
  enum Leaves {
    NEWEST("the newest"),
    ANY("any"),
    OLDEST("the oldest");

    final String title;

    Leaves(String title) {
      this.title = title;
    }
  }
}
