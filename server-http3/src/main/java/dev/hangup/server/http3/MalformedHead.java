package dev.hangup.server.http3;

/// A request whose head breaks a rule of RFC 9114 §4.3.
final class MalformedHead extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedHead(String message) {
    super(message, null, false, false);
  }
}
