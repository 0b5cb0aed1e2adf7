package dev.hangup.bench;

import java.util.Iterator;

/// Reads what follows an option. Throws IllegalArgumentException with a message for people.
final class Arguments {
  private Arguments() {}

  static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + ": nothing (expected: a value)");
    }
    return rest.next();
  }

  static int atLeast(int least, String option, Iterator<String> rest) {
    String text = value(option, rest);
    String message = option + ": " + text + " (expected: a whole number, at least " + least + ")";
    try {
      int number = Integer.parseInt(text);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(message, e);
    }
    throw new IllegalArgumentException(message);
  }
}
