package dev.hangup.bench;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `observe` was asked for.
record ObserveOptions(
    int rounds, int seconds, int warmUp, int requests, int hangUps, @Nullable Path out) {

  /// Throws IllegalArgumentException with a message for people.
  static ObserveOptions parse(List<String> arguments) {
    int rounds = 9;
    int seconds = 2;
    int warmUp = 10;
    int requests = 10_000;
    int hangUps = 20_000;
    Path out = null;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      switch (argument) {
        case "--rounds" -> rounds = Arguments.atLeast(0, argument, rest);
        case "--seconds" -> seconds = Arguments.atLeast(1, argument, rest);
        case "--warm-up" -> warmUp = Arguments.atLeast(1, argument, rest);
        case "--requests" -> requests = Arguments.atLeast(1, argument, rest);
        case "--hang-ups" -> hangUps = Arguments.atLeast(1, argument, rest);
        case "--out" -> out = Path.of(Arguments.value(argument, rest));
        default -> throw new IllegalArgumentException("what is " + argument + "?");
      }
    }
    return new ObserveOptions(rounds, seconds, warmUp, requests, hangUps, out);
  }

  /// The command that asks for this.
  String command() {
    return ("java -jar bench/target/hangup-bench.jar observe --rounds %d --seconds %d --warm-up %d"
            + " --requests %d --hang-ups %d")
        .formatted(rounds, seconds, warmUp, requests, hangUps);
  }
}
