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
        case "--trials" -> trials = Arguments.atLeast(1, argument, rest);
        case "--warm-up" -> warmUp = Arguments.atLeast(0, argument, rest);
        case "--out" -> out = Path.of(Arguments.value(argument, rest));
        default -> throw new IllegalArgumentException("what is " + argument + "?");
      }
    }
    return new DetectOptions(trials, warmUp, out);
  }
}
