package dev.hangup.lab;

import java.util.Collection;
import java.util.Locale;

/// How well hang-ups were heard.
enum Hearing {
  /// Each.
  ALL("heard"),
  /// Not each.
  SOME("partly heard"),
  /// None.
  NONE("not heard"),
  /// Nothing was found out.
  UNKNOWN("not measured");

  private final String text;

  Hearing(String text) {
    this.text = text;
  }

  /// Of a client that half-closes and waits on, how often it was not taken for gone.
  static Hearing of(Cell cell) {
    return of(right(cell), cell.trials());
  }

  /// Those of them that are hang-ups.
  static Hearing of(Collection<Cell> cells) {
    return of(heard(cells), trials(cells));
  }

  static int heard(Collection<Cell> cells) {
    return cells.stream().filter(Hearing::isHangUp).mapToInt(Cell::heard).sum();
  }

  static int trials(Collection<Cell> cells) {
    return cells.stream().filter(Hearing::isHangUp).mapToInt(Cell::trials).sum();
  }

  /// From 0 for none to 1 for all; 0 where nothing was tried.
  static double share(Collection<Cell> cells) {
    int trials = trials(cells);
    return trials == 0 ? 0 : (double) heard(cells) / trials;
  }

  /// In how many trials what ought to happen did.
  static int right(Cell cell) {
    return isHangUp(cell) ? cell.heard() : Math.max(0, cell.trials() - cell.falseHangUps());
  }

  /// Who ends its sending, and waits for its answer, has not hung up.
  static boolean isHangUp(Cell cell) {
    return !cell.leaving().equals("half-close");
  }

  private static Hearing of(int heard, int trials) {
    if (trials == 0) {
      return UNKNOWN;
    }
    return heard == 0 ? NONE : heard >= trials ? ALL : SOME;
  }

  /// For people.
  String text() {
    return text;
  }

  /// How a board shows it.
  String sample() {
    return switch (this) {
      case ALL -> "✓";
      case SOME -> "3 of 5";
      case NONE -> "✗";
      case UNKNOWN -> "?";
    };
  }

  /// For style sheets and programs.
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
