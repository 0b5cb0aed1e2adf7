package dev.hangup;

import java.util.Objects;
import java.util.OptionalInt;

/// Something that happens to a request which is observed, see [RequestObserver].
///
/// ```
/// begins ─▶ Routed, once its route is known ─▶ Ended
///              └─▶ Cancelled ─▶ Straggles, for each thread ─▶ Stopped ─▶ Ended
/// ```
public sealed interface RequestEvent {

  /// Its route was found. Where routers are nested it is told of each, the outermost first: the
  /// last one counts. A request whose route is not known has none.
  ///
  /// @param pattern one of the application's patterns, and so one of a closed set: `/users/{id}`
  record Routed(String pattern) implements RequestEvent {
    /// Checks the component.
    public Routed {
      Objects.requireNonNull(pattern, "pattern");
    }
  }

  /// It was cancelled. Told once at most.
  ///
  /// @param reason why
  record Cancelled(CancelReason reason) implements RequestEvent {
    /// Checks the component.
    public Cancelled {
      Objects.requireNonNull(reason, "reason");
    }
  }

  /// Its work goes on although it was cancelled and its grace is over. Told once for each thread;
  /// it may come later than [Ended], of work that returned meanwhile.
  ///
  /// @param straggler who, and doing what
  record Straggles(Straggler straggler) implements RequestEvent {
    /// Checks the component.
    public Straggles {
      Objects.requireNonNull(straggler, "straggler");
    }
  }

  /// All of its work has stopped after a cancel. Told once at most; not of a request that was
  /// cancelled before its work began, or after it was done.
  ///
  /// @param report how the stop went
  record Stopped(CancelReport report) implements RequestEvent {
    /// Checks the component.
    public Stopped {
      Objects.requireNonNull(report, "report");
    }
  }

  /// It is over: its work has returned, and its last byte was sent or refused. Told once, of every
  /// request that began.
  ///
  /// @param status the status that was sent; empty where nothing was
  record Ended(OptionalInt status) implements RequestEvent {
    /// Checks the component.
    public Ended {
      Objects.requireNonNull(status, "status");
    }
  }
}
