package dev.hangup.observe;

import java.util.Set;

/// Keeps what a client sends from becoming a label.
final class Labels {
  static final String UNMATCHED = "unmatched";
  static final String OTHER = "other";

  private static final Set<String> PROTOCOLS =
      Set.of("HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/2.0", "HTTP/3", "HTTP/3.0");

  private Labels() {}

  /// A protocol that is known, or `other`.
  static String protocol(String sent) {
    return PROTOCOLS.contains(sent) ? sent : OTHER;
  }
}
