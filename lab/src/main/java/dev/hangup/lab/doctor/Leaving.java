package dev.hangup.lab.doctor;

/// How a client leaves.
enum Leaving {
  STAYS("stays to the end"),
  CLOSE("closes (FIN)"),
  RESET("resets (RST)"),
  HALF_CLOSE("ends its sending, and waits"),
  STREAM_RESET("resets the stream (RST_STREAM)"),
  CONNECTION_CLOSED("closes the connection");

  private final String text;

  Leaving(String text) {
    this.text = text;
  }

  /// For people.
  String text() {
    return text;
  }
}
