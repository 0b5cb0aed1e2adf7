package dev.hangup;

/// A shield held somewhere in a work: while it lasts, and its budget with it, nothing above is
/// interrupted, for an interrupted owner of structured tasks interrupts them in turn.
final class Shield extends Entry {
  private final Deadline budget;

  Shield(Deadline budget) {
    this.budget = budget;
  }

  boolean holds() {
    return !budget.isExpired();
  }
}
