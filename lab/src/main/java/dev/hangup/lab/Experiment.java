package dev.hangup.lab;

import java.util.List;
import java.util.Set;

/// A client that leaves in a manner, through a proxy or none, and a server that is to hear of it.
///
/// @param client its name, of [Clients]
/// @param proxy its name, of [ProxyKind]; `none`
/// @param setting the proxy's
/// @param server its name, of [ServerKind]
/// @param protocol the client's
/// @param leaving the manner, of the client
record Experiment(
    String client, String proxy, Setting setting, String server, String protocol, String leaving) {
  static final String NONE = "none";
  private static final String RECOMMENDED = "-recommended";
  private static final Set<String> ENDING_CONNECTION =
      Set.of("fin", "fin-in-stream", "rst", "rst-in-stream", "connection-close", "vanished");

  /// One whose proxy's name tells its setting.
  static Experiment of(
      String client, String proxy, String server, String protocol, String leaving) {
    Setting setting =
        proxy.equals(NONE)
            ? Setting.DIRECT
            : proxy.endsWith(RECOMMENDED) ? Setting.RECOMMENDED : Setting.DEFAULT;
    String name =
        setting == Setting.RECOMMENDED
            ? proxy.substring(0, proxy.length() - RECOMMENDED.length())
            : proxy;
    return new Experiment(client, name, setting, server, protocol, leaving);
  }

  /// The proxy's name and setting.
  String proxyAndSetting() {
    return setting == Setting.RECOMMENDED ? proxy + RECOMMENDED : proxy;
  }

  String id() {
    return String.join("/", client, proxyAndSetting(), server, protocol, leaving);
  }

  /// Whether the client stays after all, and waits for its answer.
  boolean isStaying() {
    return leaving.equals("half-close");
  }

  /// Whether the client leaves by itself: when, is seen too late to measure by it.
  boolean isOfItself() {
    return leaving.equals("max-time");
  }

  /// What the handler is asked for: work, a stream, or a download.
  String kind() {
    return leaving.endsWith("-in-stream")
        ? "stream"
        : leaving.endsWith("-before-download") ? "download" : "work";
  }

  /// Whether the client gives up one request, and keeps its connection where the protocol allows.
  boolean isOfOneStream() {
    return !protocol.equals("h1") && !ENDING_CONNECTION.contains(leaving);
  }

  /// Whether the client is gone without a word: no server is to find that at once.
  boolean isVanishing() {
    return client.equals(VanishedClient.NAME) || leaving.equals("vanished");
  }

  /// The file of its events, beside the run's.
  String trace() {
    return "traces/" + id().replace('/', '-') + ".txt";
  }

  /// The file of its packets, beside the run's, if they are kept.
  String capture() {
    return "captures/" + id().replace('/', '-') + ".pcap";
  }

  /// What was found; where it could not be made, why.
  Cell unmade(String problem) {
    return new Cell(
        id(), client, proxy, setting, server, protocol, leaving, 0, 0, 0, List.of(), List.of(),
        List.of(), List.of(), null, null, problem, trace(), null);
  }
}
