package dev.hangup;

import java.util.Objects;

/// Told of each request that an engine serves, and of what becomes of it: for metrics, traces and
/// whoever wants to see it.
///
/// {@snippet class="dev.hangup.SnippetsTest" region="observer"}
///
/// **Callbacks**: [#begins(RequestHead)] once for each request, before its handler runs; what it
/// returns is told the rest, in the order that [RequestEvent] shows. Called on the engine's own
/// threads, I/O threads among them, for many requests at once: they must not block. What they throw
/// is logged and changes nothing; where `begins` throws, nothing more is told of that request.
@FunctionalInterface
public interface RequestObserver {

  /// A request has come.
  ///
  /// @param head what is known of it
  /// @return told what becomes of it
  Observed begins(RequestHead head);

  /// Both are told.
  ///
  /// @param other told after this one
  /// @return an observer that tells both
  default RequestObserver and(RequestObserver other) {
    Objects.requireNonNull(other, "other");
    return head -> {
      Observed first = Guard.begin(this, head);
      Observed second = Guard.begin(other, head);
      return event -> {
        Guard.tell(first, event);
        Guard.tell(second, event);
      };
    };
  }

  /// Told what becomes of one request.
  @FunctionalInterface
  interface Observed {

    /// Something has happened to it.
    ///
    /// @param event what
    void happens(RequestEvent event);
  }
}
