package dev.hangup.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What `compare` was asked for.
record CompareOptions(
    int rounds, int seconds, int requests, boolean memory, Set<Peer> peers, @Nullable Path out) {

  /// Throws IllegalArgumentException with a message for people.
  static CompareOptions parse(List<String> arguments) {
    int rounds = 3;
    int seconds = 8;
    int requests = 10_000;
    boolean memory = false;
    Set<Peer> peers = EnumSet.allOf(Peer.class);
    Path out = null;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      switch (argument) {
        case "--rounds" -> rounds = Arguments.atLeast(1, argument, rest);
        case "--seconds" -> seconds = Arguments.atLeast(1, argument, rest);
        case "--requests" -> requests = Arguments.atLeast(1, argument, rest);
        case "--memory" -> memory = true;
        case "--only" -> peers = peers(Arguments.value(argument, rest));
        case "--out" -> out = Path.of(Arguments.value(argument, rest));
        default -> throw new IllegalArgumentException("what is " + argument + "?");
      }
    }
    return new CompareOptions(rounds, seconds, requests, memory, peers, out);
  }

  private static Set<Peer> peers(String ids) {
    Set<Peer> peers = EnumSet.noneOf(Peer.class);
    for (String id : ids.split(",", -1)) {
      peers.add(Peer.of("--only", id));
    }
    return peers;
  }

  /// The command that asks for this.
  String command() {
    List<String> words = new ArrayList<>(List.of("compare"));
    if (memory) {
      words.addAll(List.of("--memory", "--requests", Integer.toString(requests)));
    } else {
      words.addAll(List.of("--rounds", Integer.toString(rounds)));
      words.addAll(List.of("--seconds", Integer.toString(seconds)));
    }
    if (peers.size() < Peer.values().length) {
      words.add("--only");
      words.add(peers.stream().map(Peer::id).collect(Collectors.joining(",")));
    }
    return "java -jar bench/target/hangup-bench.jar " + String.join(" ", words);
  }
}
