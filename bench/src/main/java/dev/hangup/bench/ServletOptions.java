package dev.hangup.bench;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What `servlet` was asked for.
///
/// @param warmUp seconds of load for each side before its rounds count
/// @param control whether the second side has no filter, either
record ServletOptions(
    int rounds,
    int seconds,
    int warmUp,
    int trials,
    boolean control,
    Set<ServletHost> hosts,
    @Nullable Path out) {

  /// Throws IllegalArgumentException with a message for people.
  static ServletOptions parse(List<String> arguments) {
    int rounds = 7;
    int seconds = 2;
    int warmUp = 20; // of each side: for so long the compilers are busy
    int trials = 200;
    boolean control = false;
    Set<ServletHost> hosts = EnumSet.allOf(ServletHost.class);
    Path out = null;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      switch (argument) {
        case "--rounds" -> rounds = Arguments.atLeast(0, argument, rest);
        case "--seconds" -> seconds = Arguments.atLeast(1, argument, rest);
        case "--warm-up" -> warmUp = Arguments.atLeast(0, argument, rest);
        case "--trials" -> trials = Arguments.atLeast(0, argument, rest);
        case "--control" -> control = true;
        case "--only" -> hosts = hosts(Arguments.value(argument, rest));
        case "--out" -> out = Path.of(Arguments.value(argument, rest));
        default -> throw new IllegalArgumentException("what is " + argument + "?");
      }
    }
    return new ServletOptions(rounds, seconds, warmUp, trials, control, hosts, out);
  }

  private static Set<ServletHost> hosts(String ids) {
    Set<ServletHost> hosts = EnumSet.noneOf(ServletHost.class);
    for (String id : ids.split(",", -1)) {
      hosts.add(ServletHost.of("--only", id));
    }
    return hosts;
  }

  /// The command that asks for this.
  String command() {
    return "java -jar bench/target/hangup-bench.jar servlet --rounds %d --seconds %d --trials %d%s"
        .formatted(rounds, seconds, trials, control ? " --control" : "");
  }
}
