package dev.hangup.testkit;

/// A client's manner of leaving.
public sealed interface Leaving {

  /// A name for reports.
  ///
  /// @return in lower case
  String name();

  /// In good order: `close()`, a FIN.
  record Close() implements Leaving {
    @Override
    public String name() {
      return "close";
    }
  }

  /// At once: a RST, as from a process that dies with unread data, or a proxy that gives up.
  record Reset() implements Leaving {
    @Override
    public String name() {
      return "reset";
    }
  }

  /// Gives up one stream, and stays connected: RST_STREAM.
  record StreamReset() implements Leaving {
    @Override
    public String name() {
      return "stream reset";
    }
  }
}
