package dev.hangup.lab.doctor;

import java.util.ArrayList;
import java.util.List;

/// One hang-up.
///
/// @param protocol from here
/// @param phase what the service does then
/// @param leaving how
record Experiment(Protocol protocol, Phase phase, Leaving leaving) {
  /// What is spoken from here.
  enum Protocol {
    HTTP1("HTTP/1.1"),
    HTTP2("HTTP/2");

    private final String text;

    Protocol(String text) {
      this.text = text;
    }

    /// For people.
    String text() {
      return text;
    }
  }

  /// All that there are, in order.
  ///
  /// @param secure over TLS, where a half-close is a goodbye
  static List<Experiment> all(boolean secure) {
    List<Experiment> all = new ArrayList<>();
    all.add(new Experiment(Protocol.HTTP1, Phase.WAITING, Leaving.STAYS));
    all.add(new Experiment(Protocol.HTTP1, Phase.WAITING, Leaving.CLOSE));
    all.add(new Experiment(Protocol.HTTP1, Phase.WAITING, Leaving.RESET));
    if (!secure) {
      all.add(new Experiment(Protocol.HTTP1, Phase.WAITING, Leaving.HALF_CLOSE));
    }
    all.add(new Experiment(Protocol.HTTP1, Phase.STREAMING, Leaving.CLOSE));
    all.add(new Experiment(Protocol.HTTP1, Phase.STREAMING, Leaving.RESET));
    all.add(new Experiment(Protocol.HTTP1, Phase.UPLOADING, Leaving.CLOSE));
    all.add(new Experiment(Protocol.HTTP2, Phase.WAITING, Leaving.STAYS));
    for (Phase phase : List.of(Phase.WAITING, Phase.STREAMING)) {
      all.add(new Experiment(Protocol.HTTP2, phase, Leaving.STREAM_RESET));
      all.add(new Experiment(Protocol.HTTP2, phase, Leaving.CONNECTION_CLOSED));
    }
    return all;
  }

  boolean isHalfClose() {
    return leaving == Leaving.HALF_CLOSE;
  }

  /// For people.
  @Override
  public String toString() {
    return "%s, %s, client %s".formatted(protocol.text(), phase.text(), leaving.text());
  }
}
