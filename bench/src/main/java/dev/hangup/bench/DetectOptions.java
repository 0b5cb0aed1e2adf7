package dev.hangup.bench;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `detect` was asked for.
record DetectOptions(int trials, int warmUp, @Nullable Path out) {

  /// Throws IllegalArgumentException with a message for people.
  static DetectOptions parse(List<String> arguments) {
    int trials = 200;
    int warmUp = 500;
    Path out = null;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      switch (argument) {
        case "--trials" -> trials = atLeast(1, argument, rest);
        case "--warm-up" -> warmUp = atLeast(0, argument, rest);
        case "--out" -> out = Path.of(value(argument, rest));
        default -> throw new IllegalArgumentException("what is " + argument + "?");
      }
    }
    return new DetectOptions(trials, warmUp, out);
  }

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
