package dev.hangup.bench;

import dev.hangup.testkit.Leaving;
import java.util.ArrayList;
import java.util.List;

/// What a client speaks, how it leaves, and what the handler does meanwhile.
record Departure(Speech speech, Leaving manner, Phase phase) {
  static final List<Departure> ALL = all();

  /// What the handler does when its client leaves.
  enum Phase {
    /// It has written nothing.
    WAIT("The handler waits, and has written nothing"),
    /// It has sent the first byte of a stream.
    STREAM("The handler pauses in a stream");

    final String title;

    Phase(String title) {
      this.title = title;
    }

    String path(String id) {
      return (this == WAIT ? "/wait/" : "/stream/") + id;
    }
  }

  private static List<Departure> all() {
    List<Departure> all = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      for (Speech speech : Speech.values()) {
        for (Leaving manner : speech.manners()) {
          all.add(new Departure(speech, manner, phase));
        }
      }
    }
    return all;
  }

  /// For people.
  String title() {
    String act =
        switch (manner) {
          case Leaving.Close _ -> "close";
          case Leaving.Reset _ -> "reset";
          case Leaving.StreamReset _ -> speech == Speech.HTTP3 ? "STOP_SENDING" : "RST_STREAM";
        };
    return speech.title + ": " + act;
  }
}
