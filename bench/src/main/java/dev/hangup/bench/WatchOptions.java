package dev.hangup.bench;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `watch` was asked for.
record WatchOptions(int connections, int rounds, int seconds, @Nullable Path out) {

  /// Throws IllegalArgumentException with a message for people.
  static WatchOptions parse(List<String> arguments) {
    int connections = 5_000;
    int rounds = 10_000;
    int seconds = 5;
    Path out = null;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      switch (argument) {
        case "--connections" -> connections = Arguments.atLeast(1, argument, rest);
        case "--rounds" -> rounds = Arguments.atLeast(10, argument, rest);
        case "--seconds" -> seconds = Arguments.atLeast(1, argument, rest);
        case "--out" -> out = Path.of(Arguments.value(argument, rest));
        default -> throw new IllegalArgumentException("what is " + argument + "?");
      }
    }
    return new WatchOptions(connections, rounds, seconds, out);
  }

  /// The command that asks for this.
  String command() {
    return "java -jar bench/target/hangup-bench.jar watch --connections %d --rounds %d"
        .formatted(connections, rounds);
  }
}
