package dev.hangup.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `soak` was asked for.
record SoakOptions(int minutes, @Nullable Path out) {

  /// Throws IllegalArgumentException with a message for people.
  static SoakOptions parse(List<String> arguments) {
    int minutes = 20;
    Path out = null;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      switch (argument) {
        case "--minutes" -> minutes = Arguments.atLeast(1, argument, rest);
        case "--out" -> out = Path.of(Arguments.value(argument, rest));
        default -> throw new IllegalArgumentException("what is " + argument + "?");
      }
    }
    return new SoakOptions(minutes, out);
  }

  /// Once a minute, and at least ten times.
  Soak.Plan plan() {
    int samples = Math.max(10, minutes);
    return new Soak.Plan(samples, Duration.ofMinutes(minutes).dividedBy(samples), 32, 1_000);
  }
}
