package dev.hangup.server;

/// A connection to an upstream that is ready for calls: the one place where protocols differ. Only
/// the event loop.
interface UpstreamConnection {

  /// How many calls may begin now.
  int room();

  /// Sends a call's request; there must be room for it.
  void begin(UpstreamCall call);

  /// Closes it if it does nothing.
  void closeIfIdle();

  /// Closes it, whatever it does.
  void close();
}
