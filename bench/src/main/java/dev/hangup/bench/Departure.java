package dev.hangup.bench;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.Protocol;
import java.util.ArrayList;
import java.util.List;

/// What a client speaks, how it leaves, and what the handler does meanwhile.
record Departure(Protocol protocol, Leaving manner, Phase phase) {
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
      for (Protocol protocol : Protocol.values()) {
        all.add(new Departure(protocol, new Leaving.Close(), phase));
        all.add(new Departure(protocol, new Leaving.Reset(), phase));
        if (protocol.isHttp2()) {
          all.add(new Departure(protocol, new Leaving.StreamReset(), phase));
        }
      }
    }
    return all;
  }

  /// For people.
  String title() {
    String spoken =
        switch (protocol) {
          case HTTP1 -> "HTTP/1.1";
          case HTTP1_TLS -> "HTTP/1.1, TLS";
          case HTTP2 -> "HTTP/2";
          case HTTP2_TLS -> "HTTP/2, TLS";
        };
    String act =
        switch (manner) {
          case Leaving.Close _ -> "close";
          case Leaving.Reset _ -> "reset";
          case Leaving.StreamReset _ -> "RST_STREAM";
        };
    return spoken + ": " + act;
  }
}
